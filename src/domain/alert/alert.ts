import type { Origin } from '../cause/origin.ts';
import type { Symptom } from '../monitor/round.ts';
import type { AlertEvent, AlertEventOf, Call, Measured } from './events.ts';

/** A firing within this time of the last one is the same trouble: it goes on in the same thread. */
const sameThreadMs = 24 * 3_600_000;
/** A thread of so many firings, or as old as that, has become too long to be read. */
const mostFirings = 100;
const longestThreadMs = 7 * 24 * 3_600_000;
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
  /** Why it ended without being over. */
  readonly closed?: AlertEventOf<'closed'>['reason'];
  /** When somebody last wanted the thread to show what was measured. */
  readonly checkedAt?: number;
  /** The share above which it fired, 0 to 1: until it is over, it is measured by this. */
  readonly limit: number;
  /** Hardly above its limit, for long. */
  readonly slow: boolean;
  /** The deploy that is to be taken back for it. */
  readonly takeBack?: string | undefined;
  /** What the log of who serves names as its cause, and where that comes from. */
  readonly cause?: string;
  readonly origin?: Origin;
  /** Operation that took users back. */
  readonly rollback?: string;
  /** When this firing, or the end of a snooze, had its team paged: from then on it waits to be acknowledged. */
  readonly pagedAt?: number;
  /** Names what its pages are about: another firing, and the end of a snooze, wake people anew. */
  readonly dedupKey: string;
  /** What teams were told by pages, also of earlier firings that they still believe to be open. */
  readonly calls: readonly Call[];
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

/** In which thread it fires now: the last one while that is young, else the next. */
export function nextThread(alert: Alert | undefined, now: number): number {
  if (alert?.resolvedAt === undefined) return alert?.thread ?? 1;
  const young = alert.firings.length < mostFirings && now - (alert.firings[0] ?? now) < longestThreadMs;
  return young && now - alert.resolvedAt < sameThreadMs ? alert.thread : alert.thread + 1;
}

function fired(before: Alert | undefined, event: AlertEventOf<'fired'>): Alert {
  const { type: _, at, slow = false, ...told } = event;
  const same = before?.thread === event.thread;
  const firings = [...(same ? before.firings : []), at];
  const recent = firings.filter((each) => at - each < flapWindowMs);
  const key = alertKey(event);
  // Who did not want to hear of it until then is not woken by its coming back.
  const snoozed = before?.snoozed !== undefined && at < before.snoozed.until ? before.snoozed : undefined;
  return {
    ...told,
    key,
    phase: snoozed === undefined ? 'firing' : 'snoozed',
    ...(snoozed === undefined ? {} : { snoozed }),
    firedAt: at,
    worst: event.measured,
    limit: event.measured.limit,
    slow,
    dedupKey: `${key}#${at}`,
    calls: stillOpen(before?.calls ?? []),
    firings,
    flapping: recent.length >= flapsAt,
    story: [],
    version: 0,
  };
}

/** What a team was told of something that it was not told the end of. */
function stillOpen(calls: readonly Call[]): readonly Call[] {
  const ended = ({ team, dedupKey }: Call) =>
    calls.some((each) => each.action === 'resolve' && each.team === team && each.dedupKey === dedupKey);
  return calls.filter((call) => !ended(call));
}

function apply(alert: Alert, event: Exclude<AlertEvent, { type: 'fired' }>): Alert {
  switch (event.type) {
    case 'acknowledged': {
      const { at, by, byName } = event;
      const { snoozed: _, ...heard } = alert;
      return { ...heard, phase: 'acknowledged', acknowledged: { at, by, byName } };
    }
    case 'snoozed': {
      const { at, by, byName, until } = event;
      return { ...alert, phase: 'snoozed', snoozed: { at, by, byName, until } };
    }
    case 'woken': {
      const { snoozed: _, acknowledged: __, escalated: ___, pagedAt: ____, ...awake } = alert;
      const dedupKey = `${alert.key}#${event.at}`;
      return { ...awake, phase: 'firing', dedupKey, ...worse(alert, event.measured) };
    }
    case 'worsened':
      return { ...alert, ...worse(alert, event.measured) };
    case 'escalated':
      return { ...alert, escalated: { at: event.at, team: event.team } };
    case 'explained':
      return { ...alert, cause: event.cause, origin: event.origin };
    case 'rolled-back':
      return { ...alert, rollback: event.operation };
    case 'paged':
      return called(alert, event);
    case 'resolved':
      return { ...alert, phase: 'resolved', measured: event.measured, resolvedAt: event.at };
    case 'closed':
      return { ...alert, phase: 'resolved', resolvedAt: event.at, closed: event.reason };
    case 'checked':
      return { ...alert, checkedAt: event.at };
  }
}

function called(alert: Alert, { at, team, action, dedupKey }: AlertEventOf<'paged'>): Alert {
  const calls = stillOpen([...alert.calls, { team, action, dedupKey }]);
  const first = action === 'trigger' && team === alert.page && dedupKey === alert.dedupKey;
  return { ...alert, calls, ...(first ? { pagedAt: alert.pagedAt ?? at } : {}) };
}

function worse({ worst }: Alert, measured: Measured): Pick<Alert, 'measured' | 'worst'> {
  return { measured, worst: measured.value > worst.value ? measured : worst };
}
