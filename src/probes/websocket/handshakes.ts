import { observed } from '../../domain/diagnosis/observed.ts';
import { judgeRate, latencyOf, rateOf, samplesNeeded, wilson } from '../../domain/statistics.ts';
import type { Evidence, Phases } from '../../domain/validation/evidence.ts';
import type { WebSocketCheckPlan } from '../../domain/validation/plan.ts';
import type { Connection } from '../context.ts';
import { atMost, between, inTurn, Lateness } from '../pace.ts';
import { cutEvidence, Failures, type Finding, ms, type Run, typicalPhases } from '../run.ts';
import { inboxOf, requestOf } from './talker.ts';

/** Open for this long before a handshake counts: a token may be refused after the 101. */
const settle = { leastMs: 250, mostMs: 1_000 };
/** The check takes about this long, or this share of the hold: where few may be open, each is so for less. */
const shareOfHold = 0.7;
const usualMs = 2_800;
/** So many without a failure prove a limit of 5 %: the top-up mostly ends here. */
const firm = 56;
const mostOpen = 60;
/** Top-up ends here; what is not firm then is too near the limit. */
const mostHandshakes = 300;
const topUpMs = 10_000;
/** This many failures of the prober in a row end the check. */
const mostFaults = 10;

/** How often a handshake succeeds: topped up by itself until the answer is firm. */
export async function checkHandshakes(plan: WebSocketCheckPlan, run: Run): Promise<Finding> {
  const begun = performance.now();
  const sampling = new Sampling(plan, run);
  const most = Math.max(mostHandshakes, plan.handshakes);
  let more = plan.handshakes;
  do {
    await sampling.take(more);
    more = Math.min(samplesNeeded(sampling.tally, plan.mostFailures), most - sampling.tally.samples);
  } while (more > 0 && !sampling.enough && performance.now() - begun < Math.max(topUpMs, plan.holdMs));
  sampling.stop();
  return findingOf(plan, sampling, performance.now() - begun);
}

class Sampling {
  readonly failures = new Failures();
  readonly times: number[] = [];
  readonly phases: Phases[] = [];
  private samples = 0;
  private readonly lateness = new Lateness();
  private readonly plan: WebSocketCheckPlan;
  private readonly run: Run;
  private readonly width: number;
  private readonly settleMs: number;

  constructor(plan: WebSocketCheckPlan, run: Run) {
    this.plan = plan;
    this.run = run;
    const { room } = run.endpoint(plan);
    this.width = between(room - (plan.affinity ? 1 : 0), 1, mostOpen);
    const allMs = Math.max(plan.holdMs * shareOfHold, usualMs);
    this.settleMs = between(
      (allMs * this.width) / Math.max(plan.handshakes, firm),
      settle.leastMs,
      settle.mostMs,
    );
  }

  get tally() {
    return { samples: this.samples, failures: this.failures.count };
  }

  /** More would change nothing: clearly broken, or the prober is. */
  get enough(): boolean {
    const { count, faults } = this.failures;
    const broken = count >= 6 && wilson(count, this.samples).lower > this.plan.mostFailures * 2;
    const { lost } = this.run.endpoint(this.plan);
    return (
      this.run.signal.aborted || broken || faults >= mostFaults || (lost !== undefined && count + faults > 0)
    );
  }

  async take(count: number): Promise<void> {
    let opened = 0;
    let allOpened: () => void = () => undefined;
    void this.run.quietly(
      new Promise<void>((resolve) => {
        allOpened = resolve;
      }),
    );
    await inTurn({ count, width: this.width, enough: () => this.enough }, async () => {
      const handshake = await this.open();
      opened += 1;
      if (opened === count || !handshake.ok) allOpened();
      const failed = handshake.ok ? await this.settle(handshake) : handshake.evidence;
      if (failed === undefined) this.samples += 1;
      else this.failed(failed);
    });
    allOpened();
    this.run.say(`${this.plan.path} handshake`, `${this.samples} handshakes, ${this.failures.count} failed`);
  }

  stop(): void {
    this.lateness.stop();
  }

  private open() {
    const { run, plan } = this;
    return run.endpoint(plan).open(requestOf(plan, inboxOf(run, plan)), run.gently);
  }

  private failed(evidence: Evidence): void {
    const before = this.failures.count;
    this.failures.add(evidence);
    if (this.failures.count > before) this.samples += 1;
  }

  private async settle(connection: Connection): Promise<Evidence | undefined> {
    const { handshakeWithinMs } = this.plan;
    const { handshakeMs, phases } = connection;
    this.times.push(handshakeMs);
    this.phases.push(phases);
    const cut = await atMost(this.settleMs, connection.ended);
    if (cut !== undefined) return cutEvidence(connection, cut);
    await connection.close();
    if (handshakeMs <= handshakeWithinMs) return undefined;
    const ours = handshakeMs - this.lateness.mostMs <= handshakeWithinMs;
    return {
      phase: ours ? 'prober' : 'upgrade',
      url: connection.url,
      error: ours ? observed.late : observed.slow,
      message: `open after ${ms(handshakeMs)}, allowed ${ms(handshakeWithinMs)}`,
      phases,
    };
  }
}

function findingOf(plan: WebSocketCheckPlan, sampling: Sampling, tookMs: number): Finding {
  const { tally, failures, times } = sampling;
  const rate = rateOf(tally, plan.mostFailures);
  const latency = latencyOf(times);
  const speed = latency === undefined ? '' : `, p95 ${ms(latency.p95)}`;
  const more = rate.needed > 0 ? `; about ${rate.needed} more needed` : '';
  return {
    result: {
      name: `${plan.path} handshake`,
      kind: 'handshake',
      expected: `at least ${Math.round((1 - plan.mostFailures) * 100)} % of handshakes within ${ms(plan.handshakeWithinMs)}`,
      measured: `${tally.samples - tally.failures} of ${tally.samples}${speed}${more}`,
      verdict: judgeRate(tally, plan.mostFailures),
      tookMs,
      rate,
      ...(latency === undefined ? {} : { latency, phases: typicalPhases(sampling.phases) }),
    },
    failures: failures.seen,
  };
}
