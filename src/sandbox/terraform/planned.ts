import type { Attribute, Configuration, Resource } from './configuration.ts';
import type { State } from './state.ts';

export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly action: 'create' | 'update' | 'delete' | 'replace';
}

/** What a plan file holds here. */
export interface PlanFile {
  /** Of the state that it was made for. */
  readonly serial: number;
  readonly before: State;
  readonly after: State;
  readonly changes: readonly PlannedChange[];
}

/** What cannot be changed in place. */
const forcesNew = ['name', 'project'];

export function planOf(configuration: Configuration, before: State): PlanFile {
  const wanted = new Map(configuration.resources.map((resource) => [resource.address, resource]));
  const gone = Object.keys(before.resources).filter((address) => !wanted.has(address));
  const changes = [
    ...configuration.resources.flatMap((resource) => changeOf(resource, before.resources[resource.address])),
    ...gone.map((address) => ({ address, type: address.split('.')[0] ?? '', action: 'delete' as const })),
  ];
  const resources = Object.fromEntries(
    configuration.resources.map(({ address, attributes }) => [address, { ...attributes }]),
  );
  const after = { serial: before.serial + 1, resources, outputs: { ...configuration.outputs } };
  return { serial: before.serial, before, after, changes };
}

export function isEmpty({ before, after, changes }: PlanFile): boolean {
  return changes.length === 0 && JSON.stringify(before.outputs) === JSON.stringify(after.outputs);
}

function changeOf(
  { address, type, attributes }: Resource,
  before: Attributes | undefined,
): readonly PlannedChange[] {
  if (before === undefined) return [{ address, type, action: 'create' }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(attributes)])];
  const changed = keys.filter((key) => before[key]?.value !== attributes[key]?.value);
  if (changed.length === 0) return [];
  return [{ address, type, action: changed.some((key) => forcesNew.includes(key)) ? 'replace' : 'update' }];
}

type Attributes = Readonly<Record<string, Attribute>>;

const verbs = {
  create: ['create'],
  update: ['update'],
  delete: ['delete'],
  replace: ['delete', 'create'],
} as const;

/** https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
export function planJson(plan: PlanFile): object {
  const { before, after, changes } = plan;
  const actionOf = new Map(changes.map((change) => [change.address, change.action]));
  const addresses = [...new Set([...Object.keys(before.resources), ...Object.keys(after.resources)])];
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    resource_changes: addresses.map((address) => {
      const action = actionOf.get(address);
      return {
        address,
        mode: 'managed',
        type: address.split('.')[0],
        change: {
          actions: action === undefined ? ['no-op'] : verbs[action],
          ...sides(before.resources[address], after.resources[address]),
        },
      };
    }),
    output_changes: Object.fromEntries(
      Object.entries(after.outputs).map(([name, output]) => {
        const was = before.outputs[name];
        const actions = was === undefined ? ['create'] : was.value === output.value ? ['no-op'] : ['update'];
        const secret = { before_sensitive: was?.sensitive ?? false, after_sensitive: output.sensitive };
        return [
          name,
          { actions, before: was?.value ?? null, after: output.value, after_unknown: false, ...secret },
        ];
      }),
    ),
    applyable: !isEmpty(plan),
    complete: true,
    errored: false,
  };
}

function sides(before: Attributes | undefined, after: Attributes | undefined): object {
  const values = (side: Attributes | undefined) =>
    side === undefined
      ? null
      : Object.fromEntries(Object.entries(side).map(([key, { value }]) => [key, value]));
  const secrets = (side: Attributes | undefined) =>
    side === undefined
      ? false
      : Object.fromEntries(
          Object.entries(side).flatMap(([key, { sensitive }]) => (sensitive ? [[key, true]] : [])),
        );
  return {
    before: values(before),
    after: values(after),
    after_unknown: {},
    before_sensitive: secrets(before),
    after_sensitive: secrets(after),
  };
}
