import { firstSamples, median, mostSamples } from '../domain/health.ts';
import { observed } from '../domain/diagnosis/observed.ts';
import { latencyOf, rateOf } from '../domain/statistics.ts';
import type { Evidence, Phases } from '../domain/validation/evidence.ts';
import type { HttpCheckPlan } from '../domain/validation/plan.ts';
import type { Verdict } from '../domain/validation/result.ts';
import type { Failed, HttpAnswer } from './context.ts';
import { between, inTurn, Lateness } from './pace.ts';
import { Failures, type Finding, ms, type Run, typicalPhases } from './run.ts';

/** Few in flight: the latency of one, not the throughput of many. */
const width = 2;
/** One in ten may fail where some do. */
const mostFailures = 0.1;
const enoughDeadlines = 2;

/** Asks for one path as often as the plan says, and up to twenty times when only some of the answers are wrong. */
export async function checkHttp(plan: HttpCheckPlan, run: Run): Promise<Finding> {
  const begun = performance.now();
  const asking = new Asking(plan, run);
  await run.quietly(asking.all());
  return findingOf(plan, asking, performance.now() - begun);
}

class Asking {
  readonly failures = new Failures();
  readonly answers: HttpAnswer[] = [];
  samples = 0;
  private deadlines = 0;
  private readonly pending = new Set<Promise<unknown>>();
  private readonly lateness = new Lateness();
  private readonly plan: HttpCheckPlan;
  private readonly run: Run;

  constructor(plan: HttpCheckPlan, run: Run) {
    this.plan = plan;
    this.run = run;
  }

  get verdict(): Verdict {
    const { samples } = this;
    const { count } = this.failures;
    if (this.mute && count > 0) return 'unhealthy';
    if (samples < Math.min(firstSamples, this.plan.samples)) return 'inconclusive';
    if (count === 0) return 'healthy';
    if (count * 2 > samples) return 'unhealthy';
    if (samples < Math.max(mostSamples, this.plan.samples)) return 'inconclusive';
    return count <= samples * mostFailures ? 'healthy' : 'unhealthy';
  }

  async all(): Promise<void> {
    await this.take(this.plan.samples);
    // A request that changes something is not made more often than the plan says.
    const safe = this.plan.method === 'GET' || this.plan.method === 'HEAD' || this.plan.method === 'OPTIONS';
    if (safe && this.verdict === 'inconclusive') await this.take(mostSamples - this.samples);
    this.lateness.stop();
  }

  private take(count: number): Promise<void> {
    const enough = () =>
      this.run.signal.aborted || this.failures.faults >= firstSamples || this.allFailed || this.mute;
    return inTurn({ count, width, enough }, () => this.ask());
  }

  /** Nothing was ever answered, and two were waited for in vain: nobody waits for a third. */
  private get mute(): boolean {
    return this.deadlines >= enoughDeadlines && this.answers.length === 0;
  }

  private get allFailed(): boolean {
    return this.failures.count >= firstSamples && this.failures.count === this.samples;
  }

  private async ask(): Promise<void> {
    const asked = this.request();
    this.pending.add(asked);
    const answer = await asked;
    this.pending.delete(asked);
    if (answer.ok && answer.ms > this.plan.withinMs) await this.lateness.counted();
    this.count(answer);
    // Before another one is waited for in vain, the one beside this may tell that it is no use.
    if (!answer.ok && answer.evidence.error === observed.deadline) await Promise.all(this.pending);
  }

  private request(): Promise<HttpAnswer | Failed> {
    const { path, method, body, withinMs } = this.plan;
    const followedMs = between(withinMs * 3, withinMs + 500, withinMs + 10_000);
    return this.run.gently.use(() =>
      this.run.connector.request({ method, path, body, withinMs: followedMs }),
    );
  }

  private count(answer: HttpAnswer | Failed): void {
    if (answer.ok) this.answers.push(answer);
    else if (answer.evidence.error === observed.deadline) this.deadlines += 1;
    const wrong = answer.ok ? faultOf(this.plan, answer, this.lateness.mostMs) : answer.evidence;
    const before = this.failures.faults;
    if (wrong !== undefined) this.failures.add(wrong);
    if (this.failures.faults === before) this.samples += 1;
  }
}

function faultOf(plan: HttpCheckPlan, answer: HttpAnswer, lateMs: number): Evidence | undefined {
  const wrong = (error: string, message: string): Evidence => ({ ...answer.evidence, error, message });
  if (answer.status !== plan.status)
    return wrong(observed.wrongStatus, `HTTP ${answer.status}, expected ${plan.status}`);
  if (plan.contains !== undefined && !answer.body.includes(plan.contains))
    return wrong(observed.wrongBody, `does not contain "${plan.contains.slice(0, 100)}"`);
  if (plan.json !== undefined) {
    if (answer.cut) return wrong(observed.tooLarge, 'more than 64 kB cannot be read as JSON');
    const difference = differs(plan.json, parsed(answer.body), '');
    if (difference !== undefined) return wrong(observed.wrongBody, difference);
  }
  if (answer.ms <= plan.withinMs) return undefined;
  const message = `${ms(answer.ms)}, allowed ${ms(plan.withinMs)}`;
  return answer.ms - lateMs <= plan.withinMs
    ? { ...wrong(observed.late, message), phase: 'prober' }
    : wrong(observed.slow, message);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where `found` lacks something of `expected`; more than that may be there. */
function differs(expected: unknown, found: unknown, at: string): string | undefined {
  if (typeof expected !== 'object' || expected === null)
    return Object.is(expected, found)
      ? undefined
      : `${at === '' ? 'the answer' : at.slice(1)} is not ${JSON.stringify(expected)}`;
  if (typeof found !== 'object' || found === null)
    return `${at === '' ? 'the answer' : at.slice(1)} is no JSON ${Array.isArray(expected) ? 'list' : 'object'}`;
  const inner = new Map<string, unknown>(Object.entries(found));
  for (const [name, value] of Object.entries(expected)) {
    const difference = differs(value, inner.get(name), `${at}.${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function findingOf(plan: HttpCheckPlan, asking: Asking, tookMs: number): Finding {
  const { answers, failures, samples, verdict } = asking;
  const right = answers.filter(({ status }) => status === plan.status);
  const latency = latencyOf(right.map((answer) => answer.ms));
  const speed = latency === undefined ? '' : `, p95 ${ms(latency.p95)}`;
  const days = median(answers.flatMap(({ certificateDays }) => certificateDays ?? []));
  return {
    result: {
      name: `${plan.method} ${plan.path}`,
      kind: 'http',
      expected: `HTTP ${plan.status} within ${ms(plan.withinMs)}`,
      measured: `${samples - failures.count} of ${samples}${speed}`,
      verdict,
      tookMs,
      rate: rateOf({ samples, failures: failures.count }, mostFailures),
      ...(latency === undefined ? {} : { latency, phases: typicalPhases(right.map(({ phases }) => phases)) }),
      ...(days === undefined ? {} : { certificateDays: days }),
    },
    failures: failures.seen,
    metrics: {
      apiResponse: right.map(({ phases }) => sum(phases, ['answer', 'body'])),
      wholeRequest: right.map((answer) => answer.ms),
      startup: right.flatMap(({ body }) => startupOf(body) ?? []).slice(0, 1),
    },
  };
}

function sum(phases: Phases, names: readonly (keyof Phases)[]): number {
  return names.reduce((total, name) => total + (phases[name] ?? 0), 0);
}

/** What the service tells of its own start: `startup_ms` in the JSON of an answer. */
function startupOf(body: string): number | undefined {
  if (!body.includes('startup')) return undefined;
  const answer = parsed(body);
  if (typeof answer !== 'object' || answer === null) return undefined;
  const value =
    'startup_ms' in answer ? answer.startup_ms : 'startupMs' in answer ? answer.startupMs : undefined;
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
