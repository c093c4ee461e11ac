import type { Change } from './changed-field.ts';
import { formatDuration } from './duration.ts';
import { type Split, splitText } from './results.ts';
import type { Ingress, SecretReference } from './template.ts';
import type { RolloutPolicy } from './target.ts';

export type { Change } from './changed-field.ts';

/** What a revision runs with, as far as people want to know. */
export interface Deployed {
  /** `name@sha256:…`, or in words what it will be built from. */
  readonly image: string;
  /** Full commit, when it is known. */
  readonly commit?: string | undefined;
  /** Name → a hash of the value that means nothing outside of this process. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretReference>>;
  /** Thousandths of a CPU; absent as everything below when Cloud Run does not say. */
  readonly cpu?: number | undefined;
  /** MiB. */
  readonly memory?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly minInstances: number;
  readonly maxInstances?: number | undefined;
  readonly serviceAccount?: string | undefined;
  /** In Cloud Run's own word when it is none of ours. */
  readonly ingress?: Ingress | (string & {}) | undefined;
  readonly affinity: boolean;
  readonly cpuBoost: boolean;
  readonly startupProbe?: string | undefined;
  readonly livenessProbe?: string | undefined;
  /** What slipway does not set, by name, as hashes: command, sidecars, volumes … */
  readonly others: Readonly<Record<string, string>>;
}

/** What differs between what serves and what would; without a `before` all that there would be. Pure. */
export function changesBetween(before: Deployed | undefined, after: Deployed): readonly Change[] {
  return [
    ...imageChanges(before, after),
    ...namedChanges('env', before?.env, after.env),
    ...secretChanges(before?.secrets, after.secrets),
    ...Object.entries(facts).flatMap(([field, text]) =>
      changed(field, before === undefined ? undefined : text(before), text(after)),
    ),
    ...(before === undefined ? [] : namedChanges('', before.others, after.others)),
  ];
}

/** How users would be moved. */
export function trafficChange(serving: Split, { steps, bakeMs }: RolloutPolicy): Change {
  const watched = bakeMs > 0 ? `, each watched for ${formatDuration(bakeMs)}` : '';
  // A first deploy has nobody to compare with.
  const plan = serving.length === 0 ? [100] : steps;
  return {
    field: 'traffic',
    ...(serving.length === 0 ? {} : { before: splitText(serving) }),
    after: `${plan.map((percent) => `${percent} %`).join(', ')}${watched}`,
  };
}

/** By what people call it; undefined where Cloud Run does not say. */
const facts: Readonly<Record<string, (deployed: Deployed) => string | undefined>> = {
  CPU: ({ cpu }) => numberText(cpu, cpuText),
  memory: ({ memory }) => numberText(memory, memoryText),
  concurrency: ({ concurrency }) => numberText(concurrency, String),
  'request time-out': ({ timeoutMs }) => numberText(timeoutMs, formatDuration),
  'min instances': ({ minInstances }) => String(minInstances),
  'max instances': ({ maxInstances }) => numberText(maxInstances, String),
  'service account': ({ serviceAccount }) => serviceAccount,
  ingress: ({ ingress }) => ingress,
  'session affinity': ({ affinity }) => switchText(affinity),
  'CPU boost': ({ cpuBoost }) => switchText(cpuBoost),
  'startup probe': ({ startupProbe }) => startupProbe,
  'liveness probe': ({ livenessProbe }) => livenessProbe,
};

function numberText(value: number | undefined, text: (value: number) => string): string | undefined {
  return value === undefined ? undefined : text(value);
}

function switchText(on: boolean): string {
  return on ? 'on' : 'off';
}

function cpuText(thousandths: number): string {
  return thousandths % 1_000 === 0 ? String(thousandths / 1_000) : `${thousandths}m`;
}

function memoryText(mebibytes: number): string {
  return mebibytes % 1_024 === 0 ? `${mebibytes / 1_024}Gi` : `${mebibytes}Mi`;
}

function changed(field: string, before: string | undefined, after: string | undefined): readonly Change[] {
  if (before === after) return [];
  return [{ field, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function imageChanges(before: Deployed | undefined, after: Deployed): readonly Change[] {
  const [name, digest] = after.image.split('@');
  const [nameBefore, digestBefore] = before?.image.split('@') ?? [];
  const short = name === nameBefore && digest !== undefined;
  return [
    ...changed('image', short ? digestBefore : before?.image, short ? digest : after.image),
    ...(before?.commit === undefined || after.commit === undefined
      ? []
      : changed('commits', before.commit, after.commit)),
  ];
}

/** What is known by name only: that it comes, goes or is another. */
function namedChanges(
  kind: string,
  before: Readonly<Record<string, string>> = {},
  after: Readonly<Record<string, string>>,
): readonly Change[] {
  return namesOf(before, after).flatMap((name) => {
    const field = `${kind} ${name}`.trim();
    const [was, is] = [valueOf(before, name), valueOf(after, name)];
    if (was === is) return [];
    if (was === undefined) return [{ field, after: 'added' }];
    return [{ field, after: is === undefined ? 'removed' : 'changed' }];
  });
}

function secretChanges(before: Deployed['secrets'] = {}, after: Deployed['secrets']): readonly Change[] {
  const text = (secret: SecretReference | undefined) => secret && `${secret.secret}:${secret.version}`;
  return namesOf(before, after).flatMap((name) =>
    changed(`secret ${name}`, text(valueOf(before, name)), text(valueOf(after, name))),
  );
}

function namesOf(before: object, after: object): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
}

/** Any name is possible: `constructor` must not be found by accident. */
export function valueOf<Value>(entries: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}
