import { isOneAge } from '../../domain/diagnosis/pair.ts';
import type { Evidence, PairEvidence } from '../../domain/validation/evidence.ts';
import type { WebSocketCheckPlan } from '../../domain/validation/plan.ts';
import { atMost, between, Lateness } from '../pace.ts';
import { cutEvidence, Failures, type Finding, type Run } from '../run.ts';
import { type Held, keepSilent, keepTalking, type Pair, seconds } from './pair.ts';
import { Talker } from './talker.ts';

/** A second look may make the check this much longer than the hold, or than a hold of two and a half seconds. */
const longer = 1.1;
const shortestMs = 2_500;
/** A second silent one is held for so much of the age of the first before it counts as living on, and at most. */
const enough = { share: 1.25, moreMs: 200 };
const plenty = { share: 2, moreMs: 300 };

/**
 * Holds a silent and a talking connection. Only the silent one cut: an idle time-out. Both at one age: a
 * limit of their life. They are opened apart, so that a crash, which cuts both at one moment, gives two ages.
 * What they show is confirmed by a second silent one where there is time.
 */
export async function checkHold(plan: WebSocketCheckPlan, run: Run): Promise<Finding> {
  const begun = performance.now();
  const failures = new Failures();
  const holding = new Holding(plan, run);
  const { evidence, pair } = await holding.all();
  if (evidence !== undefined) failures.add(evidence);
  run.endpoint(plan).letGo();
  return {
    result: {
      name: `${plan.path} hold`,
      kind: 'hold',
      expected: `open for ${seconds(plan.holdMs)}, silent and talking`,
      measured: measured(plan, pair),
      verdict: failures.count > 0 ? 'unhealthy' : failures.faults > 0 ? 'inconclusive' : 'healthy',
      tookMs: performance.now() - begun,
    },
    failures: failures.seen,
  };
}

class Holding {
  private readonly lateness = new Lateness();
  private readonly begun = performance.now();
  private readonly plan: WebSocketCheckPlan;
  private readonly run: Run;

  constructor(plan: WebSocketCheckPlan, run: Run) {
    this.plan = plan;
    this.run = run;
  }

  async all(): Promise<{ readonly evidence: Evidence | undefined; readonly pair: Pair }> {
    const pair = await this.hold();
    const evidence = pair.failed ?? (await this.evidenceOf(pair));
    await Promise.all([pair.quiet?.connection.close(), pair.loud?.connection.close()]);
    this.lateness.stop();
    return { evidence, pair };
  }

  private async hold(): Promise<Pair> {
    const { plan, run } = this;
    const { holdMs } = plan;
    const silent = await Talker.open(run, plan, { held: true });
    if (!(silent instanceof Talker)) return { failed: silent.evidence };
    const watch = keepSilent({ plan, run, talker: silent, holdMs });
    await atMost(between(holdMs / 10, 120, 1_000), watch);
    const talking = await Talker.open(run, plan, { held: true });
    if (!(talking instanceof Talker)) {
      await silent.connection.close();
      return { failed: talking.evidence };
    }
    const apartMs = silent.connection.age() - talking.connection.age();
    const [quiet, loud, again] = await Promise.all([
      watch,
      keepTalking({ plan, run, talker: talking, holdMs, watch }),
      watch.then(({ ending }) => this.inTime(ending)),
    ]);
    return { quiet, loud, apartMs, again };
  }

  private async evidenceOf(pair: Pair): Promise<Evidence | undefined> {
    const { quiet, loud } = pair;
    if (loud?.silence !== undefined) return loud.silence;
    const cut = [quiet, loud].filter((held) => held?.ending !== undefined);
    // The one with a close frame says most.
    const told = cut.find((held) => held?.ending?.closeCode !== 1006) ?? cut[0];
    if (told?.ending === undefined) return quiet?.silence;
    const ends = cut.map((held) => held?.ending?.tcp);
    const tcp = ends.includes('fin') ? 'fin' : ends.find((end) => end !== undefined);
    return {
      ...cutEvidence(told.connection, told.ending),
      ...(tcp === undefined ? {} : { tcp }),
      pair: await this.confirmed(pair),
    };
  }

  /** What the pair showed, and a second silent one where the two do not tell chance from a timer. */
  private async confirmed(pair: Pair): Promise<PairEvidence> {
    const first = this.agesOf(pair);
    const { silentMs } = first;
    if (silentMs === null || first.againMs !== undefined || this.run.signal.aborted) return first;
    // Wide enough apart for a third age to say more, too wide for the two alone.
    const unsure = !isOneAge(first) && isOneAge({ ...first, againMs: silentMs });
    const again = unsure ? await this.once(silentMs * enough.share + enough.moreMs) : undefined;
    return this.agesOf({ ...pair, again });
  }

  /** Another silent one right after the first, where the hold leaves time for it. */
  private async inTime(first: Held['ending']): Promise<Held | undefined> {
    if (first === undefined) return undefined;
    const left = Math.max(this.plan.holdMs * longer, shortestMs) - (performance.now() - this.begun);
    if (left < first.ageMs * enough.share + enough.moreMs) return undefined;
    return this.once(Math.min(left, first.ageMs * plenty.share + plenty.moreMs));
  }

  private async once(holdMs: number): Promise<Held | undefined> {
    const { plan, run } = this;
    const talker = await Talker.open(run, plan, { held: true });
    if (!(talker instanceof Talker)) return undefined;
    const held = await keepSilent({ plan, run, talker, holdMs });
    await talker.connection.close();
    return held;
  }

  private agesOf({ quiet, loud, apartMs, again }: Pair): PairEvidence {
    const silentMs = quiet?.ending?.ageMs ?? null;
    const talkingMs = loud?.ending?.ageMs ?? null;
    const lateMs = Math.round(this.lateness.mostMs);
    const more = {
      lateMs,
      ...(apartMs === undefined ? {} : { apartMs: Math.round(apartMs) }),
      ...(again === undefined ? {} : { againMs: again.ending?.ageMs ?? null }),
    };
    // The talking one paused for as long as the silent one lived, and was cut for that: it lives while it talks.
    const paused = loud?.pausedMs ?? null;
    const idle =
      !isOneAge({ silentMs, talkingMs, ...more }) && isOneAge({ silentMs, talkingMs: paused, lateMs });
    return { silentMs, talkingMs: idle ? null : talkingMs, ...more };
  }
}

function measured(plan: WebSocketCheckPlan, { quiet, loud }: Pair): string {
  const one = (held: Held | undefined) =>
    held === undefined
      ? 'not opened'
      : held.silence !== undefined
        ? 'no answer'
        : held.ending === undefined
          ? seconds(plan.holdMs)
          : `cut at ${seconds(held.ending.ageMs)}`;
  return `silent ${one(quiet)}, talking ${one(loud)}`;
}
