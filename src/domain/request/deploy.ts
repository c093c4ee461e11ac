import { type Catalog, placeOf } from './catalog.ts';
import { type AboutIssue, readIssue } from './issue.ts';
import { readTargets, type TargetsName, type Told } from './targets.ts';
import { clip, quote, type Read, readReason, refuse, unknownOption, usage, type Words } from './words.ts';

export interface DeployRequest extends TargetsName, AboutIssue {
  readonly ref: string;
  /** Why it cannot wait for locks, freezes and the like. Absent: it can. */
  readonly bypass?: string;
  /** The Docker of the worker builds. Absent: who is configured. */
  readonly build?: 'local';
  /** The digest of an image of the service's that is there already. Absent: one is built. */
  readonly image?: string;
}

/** Git forbids these and more (git-check-ref-format); a leading `-` would read as an option. */
export const refPattern = /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{))[\w./@+#=-]{1,200}(?<![/.])$/;

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** `<services> <environment> [ref:…] [issue:128] [build:local] [image:sha256:…] [bypass:"…"]` */
export function readDeploy(words: Words, catalog: Catalog): Read<DeployRequest> {
  const read = readRequest(
    words,
    { command: '/deploy', needs: 'A deploy', options: ['ref', 'issue', 'bypass', 'build', 'image'] },
    catalog,
  );
  if (read.kind === 'refused') return read;
  const { bypass, ...request } = read.value;
  if (bypass === undefined) return { kind: 'read', value: request };
  const reason = readReason(bypass, 'A bypass');
  return reason.kind === 'refused' ? reason : { kind: 'read', value: { ...request, bypass: reason.value } };
}

/** `<services> <environment> [ref:…]`, behind another word. */
export function readTargetsAndRef(words: Words, told: Told, catalog: Catalog): Read<DeployRequest> {
  return readRequest(words, { ...told, options: ['ref'] }, catalog);
}

type Option = 'ref' | 'issue' | 'bypass' | 'build' | 'image';

/** The reason of a bypass as typed. */
function readRequest(
  words: Words,
  told: Told & { readonly options: readonly Option[] },
  catalog: Catalog,
): Read<DeployRequest> {
  const targets = readTargets(words, told, catalog);
  if (targets.kind === 'refused') return targets;
  const [extra] = targets.rest;
  if (extra !== undefined)
    return refuse(
      usage(`I do not know what to do with ${quote(extra)}. A ref is given as ref:${clip(extra)}.`),
    );
  const options = readOptions(words.options, told.options);
  if (options.kind === 'refused') return options;
  const { bypass, build, image } = options.value;
  const ref = readRef(options.value.ref, targets.value.environment, catalog);
  if (ref.kind === 'refused') return ref;
  const made = readMaking({ build, image }, targets.value);
  if (made.kind === 'refused') return made;
  const issue = readIssue(options.value.issue);
  if (issue.kind === 'refused') return issue;
  const request = { ...targets.value, ref: ref.value, ...made.value, ...issue.value };
  return { kind: 'read', value: bypass === undefined ? request : { ...request, bypass } };
}

/** The ref as typed, else the environment's own. */
export function readRef(ref: string | undefined, environment: string, catalog: Catalog): Read<string> {
  if (ref !== undefined && !refPattern.test(ref))
    return refuse({ code: 'BAD_REF', summary: `${quote(ref)} is not a ref.` });
  return { kind: 'read', value: ref ?? placeOf(environment, catalog)?.ref ?? 'main' };
}

/** Where the image comes from, when that is not left to the configuration. */
function readMaking(
  { build, image }: { readonly build: string | undefined; readonly image: string | undefined },
  { services }: TargetsName,
): Read<Pick<DeployRequest, 'build' | 'image'>> {
  if (build !== undefined && build !== 'local')
    return refuse(usage(`${quote(build)} is not who builds: build:local takes the Docker of the worker.`));
  if (image === undefined) return { kind: 'read', value: build === undefined ? {} : { build: 'local' } };
  if (build !== undefined) return refuse(usage('An image that is there already is not built.'));
  if (services.length > 1) return refuse(usage('An image belongs to one service.'));
  return digestPattern.test(image)
    ? { kind: 'read', value: { image } }
    : refuse(
        usage(`${quote(image)} is not a digest: image:sha256: and 64 digits name an image of the service.`),
      );
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
