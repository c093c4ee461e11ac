import type { Countdown, Operation } from './operation.ts';
import { type Trigger, triggerTitles } from './trigger.ts';

/** Whether a person's word still counts. */
export function isOpen({ kept, hurried, overAt }: Countdown): boolean {
  return kept === undefined && hurried === undefined && overAt === undefined;
}

/** The countdown that runs now. */
export function openCountdown({ countdowns, phase, failure, cancelled }: Operation): Countdown | undefined {
  const last = countdowns.at(-1);
  const runs = phase !== 'finished' && failure === undefined && cancelled === undefined;
  return last !== undefined && runs && isOpen(last) ? last : undefined;
}

/** The countdown that another worker has left, before its end or after it. Who kept it has ended it for good. */
export function interruptedCountdown({ countdowns }: Operation): Countdown | undefined {
  const last = countdowns.at(-1);
  return last?.kept === undefined ? last : undefined;
}

/** The operation with its last countdown changed; one that never had any stays as it is. */
export function changeLast(operation: Operation, change: (last: Countdown) => Countdown): Operation {
  const { countdowns } = operation;
  const last = countdowns.at(-1);
  return last === undefined
    ? operation
    : { ...operation, countdowns: [...countdowns.slice(0, -1), change(last)] };
}

/**
 * The triggers that somebody has kept users from at the present share. By name, wherever they were measured:
 * Cloud Run counts a minute later what slipway's own probes have seen.
 */
function keptTriggers({ countdowns, moves }: Operation): ReadonlySet<Trigger['name']> {
  const since = moves.at(-1)?.at ?? 0;
  const kept = countdowns.filter((countdown) => countdown.kept !== undefined && countdown.at >= since);
  return new Set(kept.flatMap(({ triggers }) => firedOf(triggers)).map(({ name }) => name));
}

/** Those that still take users back at the present share. */
export function unkept(triggers: readonly Trigger[], operation: Operation): readonly Trigger[] {
  const kept = keptTriggers(operation);
  return triggers.filter(({ name }) => !kept.has(name));
}

export function firedOf(triggers: readonly Trigger[]): readonly Trigger[] {
  return triggers.filter(({ fired }) => fired);
}

/** `HTTP 5xx and WebSocket handshakes that fail`: those that fired, each once. */
export function firedText(triggers: readonly Trigger[]): string {
  return [...new Set(firedOf(triggers).map(({ name }) => triggerTitles[name]))].join(' and ');
}
