import { type Catalog, placeOf, type TargetName, unknownTarget } from './catalog.ts';
import { clip, quote, type Read, readReason, refuse, unknownOption, usage, type Words } from './words.ts';

export interface DeployRequest extends TargetName {
  readonly ref: string;
  /** Why it cannot wait for locks, freezes and the like. Absent: it can. */
  readonly bypass?: string;
}

/** Git forbids these and more (git-check-ref-format); a leading `-` would read as an option. */
const refPattern = /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{))[\w./@+#=-]{1,200}(?<![/.])$/;

/** `<service> <environment> [ref:…] [bypass:"…"]` */
export function readDeploy(words: Words, catalog: Catalog): Read<DeployRequest> {
  const target = readTarget(words, { command: '/deploy', needs: 'A deploy' }, catalog);
  if (target.kind === 'refused') return target;
  const options = readOptions(words.options, ['ref', 'bypass']);
  if (options.kind === 'refused') return options;
  const ref = readRef(options.value.ref, target.value, catalog);
  if (ref.kind === 'refused') return ref;
  const { bypass } = options.value;
  if (bypass === undefined) return ref;
  const reason = readReason(bypass, 'A bypass');
  return reason.kind === 'refused' ? reason : { kind: 'read', value: { ...ref.value, bypass: reason.value } };
}

/** `<service> <environment> [ref:…]`, behind another word. */
export function readTargetAndRef(
  words: Words,
  { command, needs }: Told,
  catalog: Catalog,
): Read<DeployRequest> {
  const target = readTarget(words, { command, needs }, catalog);
  if (target.kind === 'refused') return target;
  const options = readOptions(words.options, ['ref']);
  return options.kind === 'refused' ? options : readRef(options.value.ref, target.value, catalog);
}

export interface Told {
  /** The words before the names, as typed. */
  readonly command: string;
  /** To be read before “needs a service and an environment”. */
  readonly needs: string;
}

export function readTarget(
  { names }: Pick<Words, 'names'>,
  { command, needs }: Told,
  catalog: Catalog,
): Read<TargetName> {
  const [service, environment, extra] = names;
  if (service === undefined || environment === undefined) {
    const read = names.map(quote).join(', ');
    return refuse(usage(`${needs} needs a service and an environment; I read ${read || 'none'}.`));
  }
  const unknown = unknownTarget({ service, environment }, command, catalog);
  if (unknown !== undefined) return refuse(unknown);
  if (extra !== undefined)
    return refuse(
      usage(`I do not know what to do with ${quote(extra)}. A ref is given as ref:${clip(extra)}.`),
    );
  return { kind: 'read', value: { service, environment } };
}

/** Each option at most once, its value as typed. */
export function readOptions<Key extends string>(
  options: readonly string[],
  known: readonly Key[],
): Read<Partial<Record<Key, string>>> {
  const value: Partial<Record<Key, string>> = {};
  for (const option of options) {
    const key = known.find((each) => option.startsWith(`${each}:`));
    if (key === undefined) return refuse(unknownOption(option));
    if (value[key] !== undefined) return refuse(usage(`There is more than one ${key}:.`));
    value[key] = option.slice(key.length + 1);
  }
  return { kind: 'read', value };
}

function readRef(ref: string | undefined, target: TargetName, catalog: Catalog): Read<DeployRequest> {
  const wanted = ref ?? placeOf(target.environment, catalog)?.ref ?? 'main';
  return ref !== undefined && !refPattern.test(ref)
    ? refuse({ code: 'BAD_REF', summary: `${quote(ref)} is not a ref.` })
    : { kind: 'read', value: { ...target, ref: wanted } };
}
