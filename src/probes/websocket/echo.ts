import { observed } from '../../domain/diagnosis/observed.ts';
import { latencyOf } from '../../domain/statistics.ts';
import type { Verdict } from '../../domain/validation/result.ts';
import type { WebSocketCheckPlan } from '../../domain/validation/plan.ts';
import { inTurn, Lateness } from '../pace.ts';
import { Failures, type Finding, ms, type Run } from '../run.ts';
import { echoDeadline, Talker } from './talker.ts';

/** Few at a time: more would measure how busy the prober is. */
const width = 4;
/** After this many unanswered messages the connection is what it is. */
const mostMisses = 2;
/** Who is slow is asked so often again, while it takes no longer than this. */
const repeats = 2;
const longestMs = 3_000;

/** How long a message takes to come back, and a ping. What is slow is measured again: a busy moment is no slow service. */
export async function checkEcho(plan: WebSocketCheckPlan, run: Run): Promise<Finding> {
  const begun = performance.now();
  for (let left = repeats; ; left -= 1) {
    const lateness = new Lateness();
    const echoing = new Echoing(plan, run);
    await run.quietly(echoing.all());
    await lateness.counted();
    lateness.stop();
    const tookMs = performance.now() - begun;
    const measured = { plan, echoing, lateMs: lateness.mostMs, tookMs };
    const last = left === 0 || run.signal.aborted || tookMs > longestMs;
    if (last || speedOf(measured) === 'right' || echoing.failures.count > 0) return findingOf(measured);
  }
}

class Echoing {
  readonly failures = new Failures();
  readonly echoes: number[] = [];
  readonly pings: number[] = [];
  private readonly plan: WebSocketCheckPlan;
  private readonly run: Run;

  constructor(plan: WebSocketCheckPlan, run: Run) {
    this.plan = plan;
    this.run = run;
  }

  async all(): Promise<void> {
    const lines = Math.min(width, this.plan.echoes);
    await inTurn({ count: lines, width, enough: () => this.enough }, (line) => {
      const share = Math.floor(this.plan.echoes / lines) + (line < this.plan.echoes % lines ? 1 : 0);
      return this.line(share);
    });
    this.run.say(`${this.plan.path} echo`, `${this.echoes.length} of ${this.plan.echoes} answered`);
  }

  private get enough(): boolean {
    return this.run.signal.aborted || this.failures.count + this.failures.faults >= mostMisses;
  }

  /** One connection; opened again when it is cut in between. */
  private async line(count: number): Promise<void> {
    let left = count;
    while (left > 0 && !this.enough) {
      const talker = await Talker.open(this.run, this.plan);
      if (talker instanceof Talker) left -= await this.talk(talker, left);
      else this.failures.add(talker.evidence);
    }
  }

  private async talk(talker: Talker, count: number): Promise<number> {
    let done = 0;
    while (done < count && !this.enough) {
      const echo = await this.run.gently.use(() => talker.echo(echoDeadline(this.plan)));
      if (typeof echo !== 'number') {
        this.failures.add(echo);
        break;
      }
      this.echoes.push(echo);
      done += 1;
      const ping = done % 4 === 1 ? await talker.ping(echoDeadline(this.plan)) : undefined;
      if (ping !== undefined) this.pings.push(ping);
    }
    await talker.connection.close();
    return done;
  }
}

interface Measured {
  readonly plan: WebSocketCheckPlan;
  readonly echoing: Echoing;
  readonly lateMs: number;
  readonly tookMs: number;
}

/** Whether echoes were in time, too slow, or too slow only as far as our own event loop was late. */
function speedOf({ plan, echoing, lateMs }: Measured): 'right' | 'slow' | 'ours' {
  const p95 = latencyOf(echoing.echoes)?.p95 ?? 0;
  if (p95 <= plan.latencyMs) return 'right';
  return p95 - lateMs <= plan.latencyMs ? 'ours' : 'slow';
}

function findingOf({ plan, echoing, lateMs, tookMs }: Measured): Finding {
  const { failures, echoes, pings } = echoing;
  const latency = latencyOf(echoes);
  const p95 = latency?.p95 ?? 0;
  const speed = speedOf({ plan, echoing, lateMs, tookMs });
  const ours = speed === 'ours';
  if (speed !== 'right')
    failures.add({
      phase: ours ? 'prober' : 'echo',
      url: plan.path,
      error: ours ? observed.late : observed.slow,
      message: `p95 ${ms(p95)}, allowed ${ms(plan.latencyMs)}`,
    });
  const ping = latencyOf(pings);
  const times =
    latency === undefined ? '' : `, p50 ${ms(latency.p50)}, p95 ${ms(p95)}, p99 ${ms(latency.p99)}`;
  const pong = ping === undefined ? '' : `; ping p50 ${ms(ping.p50)}`;
  const verdict: Verdict =
    failures.count > 0
      ? 'unhealthy'
      : failures.faults > 0 || echoes.length === 0
        ? 'inconclusive'
        : 'healthy';
  return {
    result: {
      name: `${plan.path} echo`,
      kind: 'echo',
      expected: `p95 of an echo within ${ms(plan.latencyMs)}`,
      measured: `${echoes.length} of ${plan.echoes}${times}${pong}`,
      verdict,
      tookMs,
      ...(latency === undefined ? {} : { latency }),
    },
    failures: failures.seen,
    metrics: { websocketLatency: echoes },
  };
}
