import type { Symptom } from '../monitor/round.ts';
import type { AlertEvent, AlertEventOf, Measured } from './events.ts';

/** A firing within this time of the last one is the same trouble: it goes on in the same thread. */
export const sameThreadMs = 24 * 3_600_000;
/** So many firings within an hour are flapping. */
const flapsAt = 3;
const flapWindowMs = 3_600_000;

/** Names the alert of one symptom of one target, everywhere. */
export function alertKey(target: {
  readonly environment: string;
  readonly service: string;
  readonly symptom: Symptom;
}): string {
  return `${target.environment}/${target.service}/${target.symptom}`;
}

interface Hand {
  readonly by: string;
  readonly byName: string;
  readonly at: number;
}

/** One alert: what its thread shows. */
export interface Alert {
  readonly key: string;
  readonly environment: string;
  readonly service: string;
  readonly symptom: Symptom;
  readonly thread: number;
  readonly channel: string;
  readonly phase: 'firing' | 'acknowledged' | 'snoozed' | 'resolved';
  /** When the first bad round of the current firing was. */
  readonly since: number;
  readonly firedAt: number;
  /** What was told last. */
  readonly measured: Measured;
  /** The worst that was told of this firing. */
  readonly worst: Measured;
  readonly page?: string | undefined;
  readonly dryRun: boolean;
  readonly acknowledged?: Hand;
  readonly snoozed?: Hand & { readonly until: number };
  readonly escalated?: { readonly at: number; readonly team: string };
  readonly resolvedAt?: number;
  /** Operation that took users back. */
  readonly rollback?: string;
  /** When each firing in this thread began, oldest first. */
  readonly firings: readonly number[];
  /** Whether it comes and goes: then it is over only after a long quiet time. */
  readonly flapping: boolean;
  /** What happened in this thread, oldest first: each thing that matters is told in a reply of its own. */
  readonly story: readonly AlertEvent[];
  /** How many events were folded. */
  readonly version: number;
}

/** Folds the journal of a symptom into its alert as it is now. Undefined: it never fired. */
export function alertOf(events: readonly AlertEvent[]): Alert | undefined {
  const alert = events.reduce<Alert | undefined>(
    (known, event) => (event.type === 'fired' ? fired(known, event) : known && apply(known, event)),
    undefined,
  );
  return alert && { ...alert, story: storyOf(events, alert.thread), version: events.length };
}

/** From the first firing of the thread on. */
function storyOf(events: readonly AlertEvent[], thread: number): readonly AlertEvent[] {
  return events.slice(events.findIndex((event) => event.type === 'fired' && event.thread === thread));
}

function fired(before: Alert | undefined, event: AlertEventOf<'fired'>): Alert {
  const { type: _, at, ...told } = event;
  const same = before?.thread === event.thread;
  const firings = [...(same ? before.firings : []), at];
  const recent = firings.filter((each) => at - each < flapWindowMs);
  return {
    ...told,
    key: alertKey(event),
    phase: 'firing',
    firedAt: at,
    worst: event.measured,
    firings,
    flapping: recent.length >= flapsAt,
    story: [],
    version: 0,
  };
}

function apply(alert: Alert, event: Exclude<AlertEvent, { type: 'fired' }>): Alert {
  switch (event.type) {
    case 'acknowledged': {
      const { at, by, byName } = event;
      return { ...alert, phase: 'acknowledged', acknowledged: { at, by, byName } };
    }
    case 'snoozed': {
      const { at, by, byName, until } = event;
      return { ...alert, phase: 'snoozed', snoozed: { at, by, byName, until } };
    }
    case 'woken': {
      const { snoozed: _, ...awake } = alert;
      return { ...awake, phase: 'firing', ...worse(alert, event.measured) };
    }
    case 'worsened':
      return { ...alert, ...worse(alert, event.measured) };
    case 'escalated':
      return { ...alert, escalated: { at: event.at, team: event.team } };
    case 'rolled-back':
      return { ...alert, rollback: event.operation };
    case 'resolved':
      return { ...alert, phase: 'resolved', measured: event.measured, resolvedAt: event.at };
  }
}

function worse({ worst }: Alert, measured: Measured): Pick<Alert, 'measured' | 'worst'> {
  return { measured, worst: measured.value > worst.value ? measured : worst };
}
