import { diagnoseAll } from '../domain/diagnosis/diagnose.ts';
import { observed } from '../domain/diagnosis/observed.ts';
import type {
  CheckResult,
  ValidationProgress,
  ValidationResult,
  Verdict,
} from '../domain/validation/result.ts';
import type { Evidence, ServiceFacts } from '../domain/validation/evidence.ts';
import type { JourneyPlan, ValidationPlan } from '../domain/validation/plan.ts';
import { connectorFor } from './connector.ts';
import type { Connector, JourneyRunner, TokenProvider } from './context.ts';
import { checkHttp } from './http-check.ts';
import { checkPlan } from './limits.ts';
import { journeySamples, metricsOf } from './metrics.ts';
import { orStopped } from './or-stopped.ts';
import { type Finding, Run } from './run.ts';
import { checkAffinity } from './websocket/affinity.ts';
import { checkConnections } from './websocket/connections.ts';
import { checkEcho } from './websocket/echo.ts';
import { checkHandshakes } from './websocket/handshakes.ts';
import { checkHold } from './websocket/hold.ts';

export interface ValidationOptions {
  /** Where the service is: `https://…`; its path is not used. */
  readonly url: string;
  readonly facts?: ServiceFacts | undefined;
  /** Without it, `bearer` and `serverless` of the identity are left out. */
  readonly token?: TokenProvider | undefined;
  /** Without it, journeys are inconclusive. */
  readonly journey?: JourneyRunner | undefined;
  readonly signal: AbortSignal;
  readonly progress?: ((progress: ValidationProgress) => void) | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Beyond the longest hold or journey; every part has shorter limits of its own. */
const slackMs = 180_000;

/**
 * Proves what the plan asks for, all checks side by side. Whatever the service does is a result.
 * @throws {PlanError} for a plan or URL that cannot be run
 * @throws the reason of `signal` when it aborts
 */
export async function runValidation(
  plan: ValidationPlan,
  options: ValidationOptions,
): Promise<ValidationResult> {
  checkPlan(plan);
  options.signal.throwIfAborted();
  const connector = connectorFor({ ...options, identity: plan.identity });
  const startedAt = options.now();
  const begun = performance.now();
  const longest = Math.max(
    0,
    ...plan.websocket.map(({ holdMs }) => holdMs),
    ...plan.journeys.map(({ withinMs }) => withinMs),
  );
  const deadline = AbortSignal.timeout(longest + slackMs);
  const signal = AbortSignal.any([options.signal, deadline]);
  const stop = () => {
    connector.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  const progress = (check: string, text: string) => options.progress?.({ check, text });
  const run = new Run({ connector, signal, progress });
  try {
    const checks = { plan, run, connector, options };
    const work = Promise.all([measure(checks), walk(checks)]);
    // Who lets go does not wait for deadlines: what is still under way is cut, and its result forgotten.
    const [findings, journeys] = await orStopped(work, options.signal);
    const results = [...report(findings, options.facts), ...journeys.map(({ result }) => result)];
    const all = deadline.aborted ? [...results, overdue(options.url, longest + slackMs)] : results;
    return {
      url: options.url,
      verdict: verdictOf(all),
      checks: all,
      metrics: metricsOf(
        plan,
        findings,
        journeys.map(({ plan: journey, result }) => journeySamples(journey, result)),
      ),
      startedAt,
      tookMs: performance.now() - begun,
    };
  } finally {
    signal.removeEventListener('abort', stop);
    connector.stop();
  }
}

interface Checks {
  readonly plan: ValidationPlan;
  readonly run: Run;
  readonly connector: Connector;
  readonly options: ValidationOptions;
}

/** Bursts start when the latencies are measured; everything else at once. */
function measure({ plan, run }: Checks): Promise<Finding[]> {
  const http = plan.http.map((check) => checkHttp(check, run));
  // Beside a hold there is time to let the connections of other checks go first: a limit counts them too.
  const inTime = plan.websocket.some(({ holdMs }) => holdMs > 0);
  const first = <T>(check: Promise<T>) => (inTime ? run.quietly(check) : check);
  const sockets = plan.websocket.flatMap((check) => {
    // Where few connections may be open, the few of the latencies come first.
    const echo = check.echoes > 0 ? [checkEcho(check, run)] : [];
    return [
      ...(check.handshakes > 0 ? [first(checkHandshakes(check, run))] : []),
      ...(check.holdMs > 0 ? [checkHold(check, run)] : []),
      ...echo,
      ...(check.affinity ? [first(checkAffinity(check, run))] : []),
    ];
  });
  const bursts = plan.websocket
    .filter(({ connections }) => connections > 0)
    .map((check) => checkConnections(check, run));
  return Promise.all([...http, ...sockets, ...bursts]);
}

function walk({
  plan,
  connector,
  options,
  run,
}: Checks): Promise<{ plan: JourneyPlan; result: CheckResult }[]> {
  return Promise.all(
    plan.journeys.map(async (journey) => {
      const progress = (text: string) => {
        run.say(journey.name, text);
      };
      const result = await (options.journey?.(journey, connector, { signal: run.signal, progress }) ??
        unwalked(journey));
      return { plan: journey, result };
    }),
  );
}

function unwalked({ name }: JourneyPlan): CheckResult {
  return {
    name,
    kind: 'journey',
    expected: 'every step in order',
    measured: 'not run here',
    verdict: 'inconclusive',
    tookMs: 0,
    diagnoses: [],
  };
}

/**
 * Names what failed. A cut that a held pair explains, and a refusal that a limit explains, are named alike in the
 * other checks of that endpoint.
 */
function report(findings: readonly Finding[], facts: ServiceFacts | undefined): CheckResult[] {
  const all = findings.flatMap(({ failures }) => failures.map(({ evidence }) => evidence));
  const known = all.filter(({ pair, open }) => pair !== undefined || open !== undefined);
  return findings.map(({ result, failures }) => ({
    ...result,
    tookMs: Math.round(result.tookMs),
    diagnoses: diagnoseAll(
      failures.map(({ evidence, times }) => ({
        times,
        evidence: explained(evidence, known),
      })),
      facts,
    ),
  }));
}

function explained(evidence: Evidence, known: readonly Evidence[]): Evidence {
  if (evidence.pair !== undefined || evidence.open !== undefined) return evidence;
  const here = known.filter(({ url }) => url === evidence.url);
  const limit = here.find(
    ({ open, status, error }) => open !== undefined && status === evidence.status && error === evidence.error,
  );
  if (limit?.open !== undefined && (evidence.status ?? evidence.error) !== undefined)
    return { ...evidence, open: limit.open };
  const { closeCode, closeReason } = evidence;
  const held = here.find(
    (one) => one.pair !== undefined && one.closeCode === closeCode && one.closeReason === closeReason,
  );
  if (held?.pair === undefined || closeCode === undefined) return evidence;
  return { ...evidence, pair: held.pair, ...(held.tcp === undefined ? {} : { tcp: held.tcp }) };
}

function overdue(url: string, limitMs: number): CheckResult {
  const message = `not finished within ${limitMs} ms`;
  return {
    name: 'whole validation',
    kind: 'http',
    expected: `finished within ${Math.round(limitMs / 1000)} s`,
    measured: 'not finished',
    verdict: 'inconclusive',
    tookMs: limitMs,
    diagnoses: diagnoseAll([
      { times: 1, evidence: { phase: 'prober', url, error: observed.wholeDeadline, message } },
    ]),
  };
}

function verdictOf(checks: readonly CheckResult[]): Verdict {
  if (checks.some(({ verdict }) => verdict === 'unhealthy')) return 'unhealthy';
  return checks.length > 0 && checks.every(({ verdict }) => verdict === 'healthy')
    ? 'healthy'
    : 'inconclusive';
}
