import { readFileSync } from 'node:fs';
import { connectGoogle } from './cloud/clients.ts';
import { idTokens } from './cloud/id-token.ts';
import { CloudError } from './cloud/errors.ts';
import { cloudOf } from './cloud/index.ts';
import { type Config, targetsOf } from './config/index.ts';
import { parseValidate } from './domain/request/validate.ts';
import { type Target, usersWay } from './domain/target.ts';
import type { Identity, ValidationPlan } from './domain/validation/plan.ts';
import { defaultTargets, planFor } from './domain/validation/plan-for.ts';
import type { ValidationRecord } from './domain/validation/record.ts';
import type { ValidationProgress, Verdict } from './domain/validation/result.ts';
import { PlanError, serviceUrl } from './probes/limits.ts';
import { measure } from './probes/measure.ts';

/** What one validated service came to. */
export interface Validated {
  readonly name: string;
  readonly record: ValidationRecord;
}

/** Wrong usage: nothing was asked of any service. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Google did not let us look: nothing is known of the service. */
export class NotKnown extends Error {
  override readonly name = 'NotKnown';
}

export interface ValidateOptions {
  readonly signal: AbortSignal;
  /** Hears where it has got to. */
  readonly tell: (line: string) => void;
}

/** Exit codes: 0 healthy, 1 unhealthy, 2 wrong usage, 3 inconclusive. */
export function exitCodeOf(validated: readonly Validated[]): number {
  const verdicts = validated.map(({ record }): Verdict => record.verdict);
  if (verdicts.includes('unhealthy')) return 1;
  return verdicts.includes('inconclusive') ? 3 : 0;
}

/**
 * Validates what users reach of one service, or of all of an environment, side by side.
 * @throws UsageError for names that are not configured
 */
export async function validateEnvironment(
  words: readonly string[],
  config: Config,
  options: ValidateOptions,
): Promise<readonly Validated[]> {
  const { services, environments } = config;
  const catalog = { services: Object.keys(services), environments };
  const [environment = '', service = ''] = words;
  const parsed = parseValidate(`${service} ${environment}`, catalog);
  if (parsed.kind === 'refused') throw new UsageError(parsed.refusal.summary);
  const targets = parsed.kind === 'validate' ? targetsOf(config, parsed.request) : undefined;
  if (targets === undefined) throw new UsageError('Expected an environment, and perhaps a service.');
  const google = connectGoogle(config.cloudEndpoint);
  const cloud = cloudOf(google);
  const one = async (target: Target): Promise<Validated> => {
    const seen = await cloud.run.service(target, options.signal).catch((error: unknown) => {
      throw error instanceof CloudError ? new NotKnown(error.message, { cause: error }) : error;
    });
    if (seen === undefined)
      throw new UsageError(`Cloud Run has no service ${target.run} in ${target.environment}.`);
    const { signal, tell } = options;
    const revision = seen.serving[0]?.revision;
    const record = await measure({
      plan: planFor(target),
      ...usersWay(target, seen),
      ...common(options),
      progress: seldom(target.service, tell),
      logs: revision === undefined ? undefined : () => cloud.logs.ofRevision(target, revision, signal),
    });
    return { name: `${target.service} in ${target.environment}`, record };
  };
  return Promise.all(targets.map(one));
}

const common = ({ signal }: ValidateOptions) => ({ signal, now: Date.now, idToken: idTokens() });

export interface UrlOptions {
  readonly url: string;
  readonly holdMs: number;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly subprotocols: readonly string[];
  /** False for a service that answers no echo: then the connections are held and pinged only. */
  readonly echo: boolean;
  /** PEM file of an authority. */
  readonly ca?: string | undefined;
  /** File that holds the bearer token; `-` is the standard input. */
  readonly tokenFile?: string | undefined;
}

/**
 * Validates one endpoint without a configuration: a WebSocket for ws and wss, a GET for http and https.
 * @throws UsageError for a URL or numbers that cannot be used
 */
export async function validateUrl(
  asked: UrlOptions,
  options: ValidateOptions,
): Promise<readonly Validated[]> {
  try {
    const url = serviceUrl(asked.url);
    const progress = seldom(url.host, options.tell);
    const record = await measure({
      plan: planOf(asked),
      url: asked.url,
      facts: {},
      ...common(options),
      progress,
    });
    return [{ name: asked.url, record }];
  } catch (error) {
    if (error instanceof PlanError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Enough handshakes for a firm answer at a limit of 5 %: 52 without a failure prove it (Wilson, one-sided 95 %). */
const handshakes = 60;
const withinMs = 5_000;

function planOf(asked: UrlOptions): ValidationPlan {
  const { url, holdMs, connections, subprotocols, echo } = asked;
  const { protocol, pathname, search } = new URL(url);
  const path = `${pathname}${search}`;
  const socket = protocol === 'ws:' || protocol === 'wss:';
  return {
    identity: identityOf(asked),
    http: socket ? [] : [{ kind: 'http', path, method: 'GET', status: 200, withinMs, samples: 20 }],
    websocket: socket
      ? [
          {
            kind: 'websocket',
            path,
            subprotocols,
            handshakes,
            mostFailures: 0.05,
            handshakeWithinMs: withinMs,
            holdMs,
            echoes: echo ? 20 : 0,
            message: '{"type":"echo","id":"{id}"}',
            latencyMs: 100,
            connections,
            affinity: false,
          },
        ]
      : [],
    journeys: [],
    targets: defaultTargets,
  };
}

function identityOf({ headers, ca, tokenFile }: UrlOptions): Identity {
  const token = tokenFile === undefined ? undefined : read('token', tokenFile === '-' ? 0 : tokenFile).trim();
  if (token === '')
    throw new UsageError(`There is no token in ${tokenFile === '-' ? 'the standard input' : tokenFile}.`);
  return {
    headers,
    ...(ca === undefined ? {} : { ca: read('certificate', ca) }),
    ...(token === undefined ? {} : { bearer: { kind: 'static', token } }),
  };
}

function read(what: string, file: string | 0): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const place = file === 0 ? 'on the standard input' : file;
    throw new UsageError(`The ${what} ${place} cannot be read.`, { cause: error });
  }
}

/** A terminal is told of each check at most this often, in milliseconds. */
const tellEveryMs = 2_000;

function seldom(name: string, tell: ValidateOptions['tell']): (progress: ValidationProgress) => void {
  const told = new Map<string, number>();
  return ({ check, text }) => {
    if (Date.now() - (told.get(check) ?? 0) < tellEveryMs) return;
    told.set(check, Date.now());
    tell(`${name} ${check}: ${text}`);
  };
}
