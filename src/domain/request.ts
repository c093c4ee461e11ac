import { type Refusal, refusal } from './reasons.ts';

/** What a person may name, with the ref that is taken when none is given. */
export interface Catalog {
  readonly services: readonly string[];
  readonly environments: Readonly<
    Record<string, { readonly services: readonly string[]; readonly ref: string }>
  >;
}

export interface DeployRequest {
  readonly service: string;
  readonly environment: string;
  readonly ref: string;
}

export type Parsed =
  | { readonly kind: 'deploy'; readonly request: DeployRequest }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Longest command read, in characters. Slack itself allows about 4,000; no sensible deploy needs 500. */
const longestText = 500;
/** Git forbids these and more (git-check-ref-format); a leading `-` would read as an option. */
const refPattern = /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{))[\w./@+#=-]{1,200}(?<![/.])$/;

/** Reads the text behind `/deploy`. Never throws; never starts anything. */
export function parseDeploy(text: string, catalog: Catalog): Parsed {
  const example = exampleOf(catalog);
  const refuse = (code: Refusal['code'], summary: string): Parsed => ({
    kind: 'refused',
    refusal: refusal(code, summary, example),
  });
  if (text.length > longestText)
    return refuse('USAGE', `The command has ${text.length} characters; at most ${longestText} are read.`);
  if (hasControlCharacter(text)) return refuse('USAGE', 'The command contains control characters.');

  const words = text.split(/\s+/u).filter((word) => word !== '');
  if (words.length === 0 || words[0] === 'help') return { kind: 'help' };
  const names = words.filter((word) => !word.includes(':'));
  const options = words.filter((word) => word.includes(':'));
  const [service, environment, extra] = names;
  if (service === undefined || environment === undefined)
    return refuse('USAGE', `A deploy needs a service and an environment; I read ${quote(text)}.`);
  const unknown = unknownName({ service, environment }, catalog);
  if (unknown !== undefined) return refuse(unknown.code, unknown.summary);
  if (extra !== undefined)
    return refuse(
      'USAGE',
      `I do not know what to do with ${quote(extra)}. A ref is given as ref:${clip(extra)}.`,
    );

  const ref = readRef(options, catalog.environments[environment]?.ref ?? 'main');
  return ref.kind === 'refused'
    ? refuse(ref.code, ref.summary)
    : { kind: 'deploy', request: { service, environment, ref: ref.ref } };
}

type Problem = { readonly kind: 'refused'; readonly code: Refusal['code']; readonly summary: string };

function readRef(options: readonly string[], fallback: string): Problem | { kind: 'read'; ref: string } {
  const unknown = options.find((option) => !option.startsWith('ref:'));
  if (unknown !== undefined)
    return { kind: 'refused', code: 'UNKNOWN_OPTION', summary: `There is no option ${quote(unknown)}.` };
  if (options.length > 1) return { kind: 'refused', code: 'USAGE', summary: 'There is more than one ref:.' };
  const [option] = options;
  if (option === undefined) return { kind: 'read', ref: fallback };
  const ref = option.slice('ref:'.length);
  return refPattern.test(ref)
    ? { kind: 'read', ref }
    : { kind: 'refused', code: 'BAD_REF', summary: `${quote(ref)} is not a ref.` };
}

function unknownName(asked: Omit<DeployRequest, 'ref'>, catalog: Catalog): Omit<Problem, 'kind'> | undefined {
  const { service, environment } = asked;
  const environments = Object.keys(catalog.environments);
  if (environments.includes(service) && catalog.services.includes(environment))
    return { code: 'USAGE', summary: `The service comes first: /deploy ${environment} ${service}.` };
  if (!catalog.services.includes(service))
    return {
      code: 'UNKNOWN_SERVICE',
      summary: `There is no service ${quote(service)}. Services: ${catalog.services.join(', ')}.`,
    };
  const place = Object.hasOwn(catalog.environments, environment)
    ? catalog.environments[environment]
    : undefined;
  if (place === undefined)
    return {
      code: 'UNKNOWN_ENVIRONMENT',
      summary: `There is no environment ${quote(environment)}. Environments: ${environments.join(', ')}.`,
    };
  if (!place.services.includes(service))
    return {
      code: 'UNKNOWN_SERVICE',
      summary: `${service} is not deployed to ${environment}. Services there: ${place.services.join(', ')}.`,
    };
  return undefined;
}

export function exampleOf(catalog: Catalog): string {
  const [environment, place] = Object.entries(catalog.environments)[0] ?? ['staging', undefined];
  const service = place?.services[0] ?? 'backend';
  return `/deploy ${service} ${environment} ref:${place?.ref ?? 'main'}`;
}

/** C0 and C1 controls apart from the white space that separates words. */
function hasControlCharacter(text: string): boolean {
  return /[^\P{Cc}\t\n\r]/u.test(text);
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function quote(text: string): string {
  return `“${clip(text)}”`;
}
