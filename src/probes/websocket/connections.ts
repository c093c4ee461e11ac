import { observed } from '../../domain/diagnosis/observed.ts';
import { judgeRate, latencyOf, rateOf } from '../../domain/statistics.ts';
import type { Evidence } from '../../domain/validation/evidence.ts';
import type { Verdict } from '../../domain/validation/result.ts';
import type { WebSocketCheckPlan } from '../../domain/validation/plan.ts';
import { atMost, inTurn, Lateness } from '../pace.ts';
import { cutEvidence, Failures, type Finding, ms, type Run } from '../run.ts';
import { echoDeadline, Talker } from './talker.ts';

/** Handshakes at the same time. More would only wait for the prober's own CPU, the more so with TLS. */
const width = { plain: 64, secure: 24 };
/** So many failures without one success end the check. */
const hopeless = 20;
/** A message for somebody else may come a little later than the own one. */
const strayMs = 200;
/** Refusals in a row, after connections were accepted, that make a limit of it. */
const refusals = 3;
const tooMany = 429;
/** A later event loop than this is told with the result. */
const lateMs = 1_000;

/** Opens many connections at the same time; each must get its own messages only; closes them all. */
export async function checkConnections(plan: WebSocketCheckPlan, run: Run): Promise<Finding> {
  await run.quiet();
  return run.bursts.use(async () => {
    const begun = performance.now();
    const burst = new Burst(plan, run);
    await burst.open();
    await burst.talk();
    const closed = await burst.close();
    return findingOf({ plan, burst, closed, tookMs: performance.now() - begun });
  });
}

class Burst {
  readonly failures = new Failures();
  readonly times: number[] = [];
  attempts = 0;
  /** Connections of the held pair, which count among those that the service has to bear. */
  beside = 0;
  /** Connections to open beside these. */
  asked = 0;
  limited = false;
  strays = 0;
  private talkers: Talker[] = [];
  private readonly refused: { readonly began: number; readonly evidence: Evidence }[] = [];
  private readonly accepted: number[] = [];
  private firstRefusal = Infinity;
  private readonly lateness = new Lateness();
  private readonly plan: WebSocketCheckPlan;
  private readonly run: Run;
  private readonly width: number;

  constructor(plan: WebSocketCheckPlan, run: Run) {
    this.plan = plan;
    this.run = run;
    this.width = run.connector.url.protocol === 'https:' ? width.secure : width.plain;
  }

  get opened(): number {
    return this.accepted.length;
  }

  async open(): Promise<void> {
    const endpoint = this.run.endpoint(this.plan);
    this.beside = endpoint.held;
    this.asked = endpoint.burst(this.plan.connections);
    const crew = { count: this.asked, width: this.width, enough: () => this.hopeless };
    await inTurn(crew, () => this.attempt());
    this.attempts = this.accepted.length + this.refused.length;
    this.limited = await this.meetsLimit();
    const open = this.alive;
    for (const { evidence } of this.refused.slice(0, this.attempts - this.opened))
      this.failures.add(this.limited ? { ...evidence, open } : evidence);
  }

  async talk(): Promise<void> {
    const within = echoDeadline(this.plan);
    const crew = { count: this.talkers.length, width: this.width, enough: () => this.run.signal.aborted };
    await inTurn(crew, async (index) => {
      const talker = this.talkers[index];
      if (talker !== undefined) await this.exchange(talker, within);
    });
    await atMost(strayMs, new Promise(() => undefined));
    for (const { stray, connection } of this.talkers) {
      if (stray === undefined) continue;
      this.strays += 1;
      const note = `${stray} came to another connection`;
      this.failures.add({ phase: 'echo', url: connection.url, error: observed.crosstalk, note });
    }
  }

  /** How many said good-bye properly. */
  async close(): Promise<number> {
    let proper = 0;
    const talkers = this.talkers;
    await inTurn({ count: talkers.length, width: 500, enough: () => false }, async (index) => {
      const ending = await talkers[index]?.connection.close();
      if (ending?.closeCode === 1000) proper += 1;
    });
    this.lateness.stop();
    if (this.lateness.mostMs > lateMs)
      this.failures.add({
        phase: 'prober',
        url: this.plan.path,
        error: observed.late,
        message: `the event loop was ${ms(this.lateness.mostMs)} late`,
      });
    this.talkers = [];
    return proper;
  }

  private get hopeless(): boolean {
    const { lost } = this.run.endpoint(this.plan);
    const most = lost === undefined ? hopeless : 1;
    return this.run.signal.aborted || (this.accepted.length === 0 && this.refused.length >= most);
  }

  private get alive(): number {
    return this.talkers.filter(({ connection: { socket } }) => socket.readyState === socket.OPEN).length;
  }

  private async attempt(): Promise<void> {
    const began = performance.now();
    const talker = await Talker.open(this.run, this.plan, { tries: 1 });
    if (talker instanceof Talker) {
      this.accepted.push(began);
      this.talkers.push(talker);
      if (this.accepted.length % 100 === 0)
        this.run.say(nameOf(this.plan), `${this.accepted.length} of ${this.plan.connections} open`);
    } else {
      this.firstRefusal = Math.min(this.firstRefusal, performance.now());
      this.refused.push({ began, evidence: talker.evidence });
    }
  }

  /** A limit accepts nobody after its first refusal; a flaky service does. Asks again where too few came after it. */
  private async meetsLimit(): Promise<boolean> {
    if (this.refused.length === 0 || this.alive < this.opened / 2 || this.opened === 0) return false;
    const acceptedLater = () => this.accepted.some((began) => began > this.firstRefusal);
    const refusedLater = () => this.refused.filter(({ began }) => began > this.firstRefusal).length;
    const before = this.opened;
    // To be kept waiting is no refusal, and to wait again and again would take minutes.
    const kept = this.refused.every(({ evidence }) => evidence.error === observed.deadline);
    if (kept && refusedLater() < refusals) return false;
    for (let more = 0; more < refusals && refusedLater() < refusals && !acceptedLater(); more += 1)
      await this.attempt();
    const limited = !acceptedLater() && !(await this.isRate());
    this.accepted.length = before;
    return limited;
  }

  /** 429 says "too many" of either kind: a rate stays used up when a connection is given back, a limit does not. */
  private async isRate(): Promise<boolean> {
    const last = this.refused.at(-1);
    if (last?.evidence.status !== tooMany) return false;
    const given = this.talkers.pop();
    await given?.connection.close();
    const before = this.accepted.length;
    await this.attempt();
    return this.accepted.length === before;
  }

  private async exchange(talker: Talker, within: number): Promise<void> {
    const { connection } = talker;
    if (connection.socket.readyState !== connection.socket.OPEN) {
      this.failures.add(cutEvidence(connection, await connection.ended));
      return;
    }
    const echoed = this.plan.echoes > 0;
    const answer = echoed ? await talker.echo(within) : ((await talker.ping(within)) ?? talker.silence());
    if (typeof answer === 'number') this.times.push(answer);
    else this.failures.add(answer);
  }
}

interface Burnt {
  readonly plan: WebSocketCheckPlan;
  readonly burst: Burst;
  readonly closed: number;
  readonly tookMs: number;
}

function findingOf({ plan, burst, closed, tookMs }: Burnt): Finding {
  const { failures, attempts, times } = burst;
  const tally = { samples: attempts, failures: Math.min(attempts, failures.count) };
  const latency = latencyOf(times);
  const beside = burst.beside === 0 ? '' : ` beside ${burst.beside} held ones`;
  const speed = latency === undefined ? '' : `, answers p95 ${ms(latency.p95)}`;
  return {
    result: {
      name: nameOf(plan),
      kind: 'connections',
      expected: `${plan.connections} open at the same time, each with its own messages only`,
      measured: `${burst.opened} open${beside}, ${times.length} answered, ${closed} closed properly${speed}`,
      verdict: verdictOf(plan, burst),
      tookMs,
      rate: rateOf(tally, plan.mostFailures),
      ...(latency === undefined ? {} : { latency }),
    },
    failures: failures.seen,
  };
}

function verdictOf(plan: WebSocketCheckPlan, burst: Burst): Verdict {
  const { failures, attempts, times, limited, strays, asked } = burst;
  if (limited || strays > 0) return 'unhealthy';
  if (failures.count === 0) return times.length >= asked ? 'healthy' : 'inconclusive';
  return judgeRate({ samples: attempts, failures: Math.min(attempts, failures.count) }, plan.mostFailures);
}

function nameOf(plan: WebSocketCheckPlan): string {
  return `${plan.path} ${plan.connections} connections`;
}
