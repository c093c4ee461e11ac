import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { InfrastructurePlan, ResourceChange } from './plan.ts';
import { either, leavesOf, marked, textOf, touches } from './values.ts';

// https://developer.hashicorp.com/terraform/internals/json-format#change-representation
const changeSchema = z.object({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  importing: z.unknown().optional(),
});
type Change = z.infer<typeof changeSchema>;

const resourceSchema = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  deposed: z.string().optional(),
  change: changeSchema,
});
type Resource = z.infer<typeof resourceSchema>;

/** What `show -json` prints of a plan: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
const planSchema = z.object({
  // "Reject any input which reports an unsupported major version."
  format_version: z.string().regex(/^[01]\./),
  resource_changes: z.array(resourceSchema).default([]),
  resource_drift: z.array(resourceSchema).default([]),
  output_changes: z.record(z.string(), changeSchema).default({}),
});

/** As many as are kept in the ledger, and what people could read of one. */
const [mostChanges, mostAttributes, longestValue] = [200, 30, 200];
const laterText = '(known after apply)';

/**
 * A plan as people read it, from what `show -json` says of it.
 * @param facts `empty`: Terraform's own word for it (exit code 0 of `-detailed-exitcode`); undefined where it was not
 * asked: then the plan itself says it.
 * @returns undefined when this is no plan that slipway understands
 */
export function readPlan(
  json: unknown,
  facts: { readonly empty: boolean | undefined; readonly commit: string | undefined },
): InfrastructurePlan | undefined {
  const { data } = planSchema.safeParse(json);
  if (data === undefined) return undefined;
  const drifted = new Set(data.resource_drift.map(({ address }) => address));
  const resources = data.resource_changes.filter(isChange).toSorted(byAddress);
  const changes = resources.map((resource) => changeOf(resource, drifted.has(resource.address)));
  const told = changes.filter(isTold);
  const count = (...actions: readonly ResourceChange['action'][]) =>
    told.filter(({ action }) => actions.includes(action)).length;
  const { commit } = facts;
  const still = Object.values(data.output_changes).every(({ actions }) => isNoOp(actions));
  const empty = facts.empty ?? (resources.length === 0 && still);
  return {
    counts: {
      add: count('create', 'replace'),
      change: count('update'),
      destroy: count('destroy', 'replace'),
    },
    changes: told.slice(0, mostChanges).map(shortened),
    digest: digestOf(resources, changes, data.output_changes),
    empty,
    ...(commit === undefined ? {} : { commit }),
  };
}

/** Moves and imports change the state alone; they are part of what is approved all the same. */
function isChange({ change, previous_address: from }: Resource): boolean {
  return !isNoOp(change.actions) || from !== undefined || isThere(change.importing);
}

const isNoOp = (actions: readonly string[]): boolean => actions.every((action) => action === 'no-op');
const isThere = (value: unknown): boolean => value !== undefined && value !== null;
const isTold = ({ action, attributes }: ResourceChange): boolean =>
  action !== 'update' || attributes.length > 0;

function byAddress(a: Resource, b: Resource): number {
  const key = ({ address, deposed = '' }: Resource) => `${address} ${deposed}`;
  return key(a) < key(b) ? -1 : 1;
}

function changeOf({ address, change }: Resource, drifted: boolean): ResourceChange {
  const action = actionOf(change.actions);
  // All of what is destroyed goes: its name says it.
  return { address, action, attributes: action === 'destroy' ? [] : [...attributesOf(change)], drifted };
}

function actionOf(actions: readonly string[]): ResourceChange['action'] {
  const is = (action: string) => actions.includes(action);
  if (is('delete')) return is('create') ? 'replace' : 'destroy';
  if (is('create')) return 'create';
  if (is('forget')) return 'forget';
  return is('read') ? 'read' : 'update';
}

function attributesOf(change: Change): ResourceChange['attributes'] {
  const hidden = either(change.before_sensitive, change.after_sensitive);
  const secrets = marked(hidden);
  const later = marked(change.after_unknown);
  const stops = either(hidden, change.after_unknown);
  const texts = (value: unknown) => new Map(leavesOf(value, stops).map(({ path, text }) => [path, text]));
  const [before, after] = [texts(change.before), texts(change.after)];
  for (const path of later) after.set(path, laterText);
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => {
      const [was, is] = [before.get(path), after.get(path)];
      if (touches(path, secrets)) return { path, sensitive: true };
      return {
        path,
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
        sensitive: false,
      };
    });
}

/**
 * Binds an approval to all that would be done. Secret values are left out: what is known of a secret with a few
 * possible values would tell it, to everybody who sees the digest.
 */
function digestOf(
  resources: readonly Resource[],
  changes: readonly ResourceChange[],
  outputs: Readonly<Record<string, Change>>,
): string {
  const parts = resources.map(({ address, deposed, previous_address: from, change }, index) => [
    address,
    deposed ?? '',
    from ?? '',
    change.actions,
    isThere(change.importing),
    changes[index]?.attributes,
  ]);
  const named = Object.entries(outputs)
    .filter(([, { actions }]) => !isNoOp(actions))
    .map(([name, { actions, before, after, before_sensitive: one, after_sensitive: other }]) => {
      const secret = marked(either(one, other)).length > 0;
      return [name, actions, ...(secret ? [] : [textOf(before ?? null), textOf(after ?? null)])];
    });
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([parts, named]))
    .digest('hex')}`;
}

function shortened({ attributes, ...change }: ResourceChange): ResourceChange {
  return {
    ...change,
    attributes: attributes.slice(0, mostAttributes).map(({ before, after, ...rest }) => ({
      ...rest,
      ...(before === undefined ? {} : { before: clip(before) }),
      ...(after === undefined ? {} : { after: clip(after) }),
    })),
  };
}

function clip(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}
