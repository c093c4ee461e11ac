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

export type Parsed<Kind, Request> =
  | { readonly kind: Kind; readonly request: Request }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Longest command read, in characters. Slack itself allows about 4,000; no sensible deploy needs 500. */
const longestText = 500;
/** Git forbids these and more (git-check-ref-format); a leading `-` would read as an option. */
const refPattern = /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{))[\w./@+#=-]{1,200}(?<![/.])$/;

/** Reads the text behind `/deploy`. Never throws; never starts anything. */
export function parseDeploy(text: string, catalog: Catalog): Parsed<'deploy', DeployRequest> {
  const read = readWords(text);
  if (read.kind === 'help') return read;
  const example = exampleOf('deploy', catalog);
  const refuse = ({ code, summary }: Omit<Problem, 'kind'>) => refusedWith({ code, summary, example });
  if (read.kind === 'refused') return refuse(read);
  const [service, environment, extra] = read.names;
  if (service === undefined || environment === undefined)
    return refuse(usage(`A deploy needs a service and an environment; I read ${quote(text)}.`));
  const unknown = unknownName({ service, environment }, catalog);
  if (unknown !== undefined) return refuse(unknown);
  if (extra !== undefined)
    return refuse(
      usage(`I do not know what to do with ${quote(extra)}. A ref is given as ref:${clip(extra)}.`),
    );
  const ref = readRef(read.options, catalog.environments[environment]?.ref ?? 'main');
  return ref.kind === 'refused'
    ? refuse(ref)
    : { kind: 'deploy', request: { service, environment, ref: ref.ref } };
}

export interface ValidateRequest {
  /** All services of the environment, or the one that was named. */
  readonly services: readonly string[];
  readonly environment: string;
}

/** Reads the text behind `/validate`: an environment, or a service and an environment. */
export function parseValidate(text: string, catalog: Catalog): Parsed<'validate', ValidateRequest> {
  const read = readWords(text);
  if (read.kind === 'help') return read;
  const example = exampleOf('validate', catalog);
  const refuse = ({ code, summary }: Omit<Problem, 'kind'>) => refusedWith({ code, summary, example });
  if (read.kind === 'refused') return refuse(read);
  const [option] = read.options;
  if (option !== undefined)
    return refuse({ code: 'UNKNOWN_OPTION', summary: `There is no option ${quote(option)}.` });
  const [first = '', second, extra] = read.names;
  if (extra !== undefined) return refuse(usage(`I do not know what to do with ${quote(extra)}.`));
  const environment = second ?? first;
  const place = placeOf(environment, catalog);
  if (second === undefined && place !== undefined)
    return { kind: 'validate', request: { services: place.services, environment } };
  const service = second === undefined ? undefined : first;
  const unknown = unknownName({ service: service ?? catalog.services[0] ?? '', environment }, catalog);
  if (unknown !== undefined) return refuse(unknown);
  return { kind: 'validate', request: { services: [first], environment } };
}

type Words =
  | { readonly kind: 'words'; readonly names: readonly string[]; readonly options: readonly string[] }
  | { readonly kind: 'help' }
  | Problem;

function readWords(text: string): Words {
  if (text.length > longestText)
    return usage(`The command has ${text.length} characters; at most ${longestText} are read.`);
  if (hasControlCharacter(text)) return usage('The command contains control characters.');
  const words = text.split(/\s+/u).filter((word) => word !== '');
  if (words.length === 0 || words[0] === 'help') return { kind: 'help' };
  return {
    kind: 'words',
    names: words.filter((word) => !word.includes(':')),
    options: words.filter((word) => word.includes(':')),
  };
}

function usage(summary: string): Problem {
  return { kind: 'refused', code: 'USAGE', summary };
}

function refusedWith({ code, summary, example }: Required<Refusal>) {
  return { kind: 'refused', refusal: refusal(code, summary, example) } as const;
}

function placeOf(environment: string, { environments }: Catalog) {
  return Object.hasOwn(environments, environment) ? environments[environment] : undefined;
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
  const place = placeOf(environment, catalog);
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

export function exampleOf(command: 'deploy' | 'validate', catalog: Catalog): string {
  const [environment, place] = Object.entries(catalog.environments)[0] ?? ['staging', undefined];
  const service = place?.services[0] ?? 'backend';
  const ref = command === 'deploy' ? ` ref:${place?.ref ?? 'main'}` : '';
  return `/${command} ${service} ${environment}${ref}`;
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
