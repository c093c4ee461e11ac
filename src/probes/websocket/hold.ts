import type { Evidence } from '../../domain/validation/evidence.ts';
import type { WebSocketCheckPlan } from '../../domain/validation/plan.ts';
import type { Connection, Ending, Failed } from '../context.ts';
import { atMost, between } from '../pace.ts';
import { cutEvidence, Failures, type Finding, type Run } from '../run.ts';
import { Talker } from './talker.ts';

/** What became of one of the two. */
interface Held {
  readonly connection: Connection;
  readonly ending?: Ending;
  /** Set when it is open and forgotten. */
  readonly silence?: Evidence;
}

/**
 * Holds a silent and a talking connection. Only the silent one cut: an idle time-out. Both at one age: a
 * limit of their life. They are opened apart, so that a crash, which cuts both at one moment, gives two ages.
 */
export async function checkHold(plan: WebSocketCheckPlan, run: Run): Promise<Finding> {
  const begun = performance.now();
  const failures = new Failures();
  const silent = await Talker.open(run, plan);
  const watch = silent instanceof Talker ? keepSilent(plan, silent) : undefined;
  await atMost(between(plan.holdMs / 10, 120, 1_000), watch ?? Promise.resolve(undefined));
  const talking = silent instanceof Talker ? await Talker.open(run, plan) : silent;
  const talk = talking instanceof Talker ? keepTalking({ plan, run, talker: talking, watch }) : undefined;
  const quiet = await watch;
  const loud = await talk;
  const evidence = isFailed(talking) ? talking.evidence : evidenceOf(quiet, loud);
  if (evidence !== undefined) failures.add(evidence);
  await Promise.all([quiet?.connection.close(), loud?.connection.close()]);
  return {
    result: {
      name: `${plan.path} hold`,
      kind: 'hold',
      expected: `open for ${seconds(plan.holdMs)}, silent and talking`,
      measured: measured(plan, quiet, loud),
      verdict: failures.count > 0 ? 'unhealthy' : failures.faults > 0 ? 'inconclusive' : 'healthy',
      tookMs: performance.now() - begun,
    },
    failures: failures.seen,
  };
}

/** Never sends anything; asked at the end whether it is still there. */
async function keepSilent(plan: WebSocketCheckPlan, talker: Talker): Promise<Held> {
  const { connection } = talker;
  const ending = await atMost(plan.holdMs - connection.age(), connection.ended);
  if (ending !== undefined) return { connection, ending };
  const pong = await talker.ping(pongWithin(plan));
  if (pong !== undefined) return { connection };
  const late = await atMost(0, connection.ended);
  if (late !== undefined) return { connection, ending: late };
  // It had answered nothing before because it was never asked.
  return { connection, silence: talker.silence({ answered: 1, note: 'the silent one of the pair' }) };
}

interface Talk {
  readonly plan: WebSocketCheckPlan;
  readonly run: Run;
  readonly talker: Talker;
  readonly watch: Promise<Held> | undefined;
}

/** Pings and echoes until the time is over, and beyond the age at which the silent one was cut. */
async function keepTalking({ plan, run, talker, watch }: Talk): Promise<Held> {
  const { connection } = talker;
  const every = between(plan.holdMs / 12, 50, 5_000);
  let until = plan.holdMs;
  void watch?.then(({ ending }) => {
    if (ending !== undefined) until = Math.max(until, ending.ageMs * 1.05 + 100);
  });
  for (;;) {
    const silence = await exchange(plan, talker);
    if (connection.socket.readyState !== connection.socket.OPEN)
      return { connection, ending: await connection.ended };
    if (silence !== undefined) return { connection, silence };
    run.say(`${plan.path} hold`, `alive at ${seconds(connection.age())}`);
    const left = until - connection.age();
    if (left <= 0) return { connection };
    const ending = await atMost(Math.min(every, left), connection.ended);
    if (ending !== undefined) return { connection, ending };
  }
}

/** One ping and, where messages are echoed, one echo: a silence if nothing comes back. */
async function exchange(plan: WebSocketCheckPlan, talker: Talker): Promise<Evidence | undefined> {
  const within = pongWithin(plan);
  const before = talker.answered;
  const echoed = plan.echoes > 0 ? talker.echo(within) : undefined;
  const pong = await talker.ping(within);
  const echo = await echoed;
  if (typeof echo === 'number') return undefined;
  if (echo !== undefined && pong !== undefined) return echo;
  return pong === undefined ? talker.silence({ answered: before }) : undefined;
}

function pongWithin(plan: WebSocketCheckPlan): number {
  return between(plan.holdMs / 3, 500, 5_000);
}

function evidenceOf(quiet: Held | undefined, loud: Held | undefined): Evidence | undefined {
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
    pair: { silentMs: quiet?.ending?.ageMs ?? null, talkingMs: loud?.ending?.ageMs ?? null },
  };
}

function measured(plan: WebSocketCheckPlan, quiet: Held | undefined, loud: Held | undefined): string {
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

function isFailed(value: Talker | Failed): value is Failed {
  return !(value instanceof Talker);
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(1)} s`;
}
