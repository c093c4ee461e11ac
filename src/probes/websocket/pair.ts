import type { Evidence } from '../../domain/validation/evidence.ts';
import type { WebSocketCheckPlan } from '../../domain/validation/plan.ts';
import type { Connection, Ending } from '../context.ts';
import { atMost, between } from '../pace.ts';
import type { Run } from '../run.ts';
import type { Talker } from './talker.ts';

/** What became of one of the two. */
export interface Held {
  readonly connection: Connection;
  readonly ending?: Ending;
  /** Of a talking one that was cut: how long it had said nothing by then. */
  readonly pausedMs?: number;
  /** Set when it is open and forgotten. */
  readonly silence?: Evidence;
}

export interface Pair {
  readonly quiet?: Held;
  readonly loud?: Held;
  /** Set when one of them could not be opened. */
  readonly failed?: Evidence;
  readonly apartMs?: number;
  /** A second silent one, opened when the first was cut. */
  readonly again?: Held | undefined;
}

interface Keeping {
  readonly plan: WebSocketCheckPlan;
  readonly run: Run;
  readonly talker: Talker;
  readonly holdMs: number;
}

/** Never sends anything; asked at the end whether it is still there. */
export async function keepSilent({ plan, talker, holdMs }: Keeping): Promise<Held> {
  const { connection } = talker;
  const ending = await atMost(holdMs - connection.age(), connection.ended);
  if (ending !== undefined) return { connection, ending };
  const pong = await talker.ping(pongWithin(plan));
  if (pong !== undefined) return { connection };
  const late = await atMost(0, connection.ended);
  if (late !== undefined) return { connection, ending: late };
  // It had answered nothing before because it was never asked.
  return { connection, silence: talker.silence({ answered: 1, note: 'the silent one of the pair' }) };
}

/** The pauses grow to this: a time-out shorter than the longest pause must be told from a limit of the life. */
const firstPauseMs = 50;
const growth = 1.5;

/** Pings and echoes until the time is over, and beyond the age at which the silent one was cut. */
export async function keepTalking(keeping: Keeping & { readonly watch: Promise<Held> }): Promise<Held> {
  const { plan, run, talker, holdMs, watch } = keeping;
  const { connection } = talker;
  const longest = between(plan.holdMs / 12, firstPauseMs, 5_000);
  let pause = firstPauseMs;
  let until = holdMs;
  void watch.then(({ ending }) => {
    if (ending !== undefined) until = Math.max(until, ending.ageMs * 1.05 + 100);
  });
  let spoke = 0;
  const cut = (ending: Ending): Held => ({ connection, ending, pausedMs: ending.ageMs - spoke });
  for (;;) {
    const silence = await exchange(plan, talker);
    if (connection.socket.readyState !== connection.socket.OPEN) return cut(await connection.ended);
    spoke = connection.age();
    if (silence !== undefined) return { connection, silence };
    run.say(`${plan.path} hold`, `alive at ${seconds(spoke)}`);
    const left = until - spoke;
    if (left <= 0) return { connection };
    const ending = await atMost(Math.min(pause, left), connection.ended);
    if (ending !== undefined) return cut(ending);
    pause = Math.min(longest, pause * growth);
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

export function seconds(value: number): string {
  return `${(value / 1000).toFixed(1)} s`;
}
