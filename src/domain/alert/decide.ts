import type { Judged } from '../monitor/judge.ts';
import type { AlertRule, MonitorPolicy } from '../monitor/policy.ts';
import { type Alert, nextThread } from './alert.ts';
import type { AlertEvent, Measured } from './events.ts';

/** Told again only when it is this much worse than what was told last: a share, 0 to 1. */
const muchWorse = 0.25;

export interface Situation {
  /** As it was; undefined when it never fired. */
  readonly alert: Alert | undefined;
  readonly judged: Judged;
  readonly rule: AlertRule;
  readonly policy: Pick<MonitorPolicy, 'escalateMs' | 'escalateTo' | 'watchMs'>;
  readonly target: { readonly environment: string; readonly service: string; readonly channel: string };
  /** The last deploy of the target that succeeded, and when it ended. Absent: none, or users were moved since. */
  readonly deploy?: { readonly operation: string; readonly endedAt: number } | undefined;
  /** A lock or freeze keeps rules quiet: nothing fires, nobody is woken. */
  readonly muted: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a round changes about an alert: the next event, until there is none. Pure; nothing changed is no event. */
export function decideAlert(situation: Situation): AlertEvent | undefined {
  const { alert, judged, muted, now } = situation;
  if (alert === undefined || alert.phase === 'resolved')
    return judged.kind === 'bad' && !muted ? fire(judged, situation) : undefined;
  if (judged.kind === 'good') return { type: 'resolved', at: now, measured: judged.measured };
  const told = judged.kind === 'bad' ? worsened(alert, judged.measured, now) : undefined;
  return told ?? patience(alert, situation);
}

type Bad = Extract<Judged, { kind: 'bad' }>;

function fire(judged: Bad, situation: Situation): AlertEvent {
  const { measured, since, slow } = judged;
  const { alert, rule, target, now } = situation;
  const { environment, service, channel } = target;
  const takeBack = takenBack(judged, situation);
  return {
    type: 'fired',
    at: now,
    environment,
    service,
    symptom: rule.symptom,
    thread: nextThread(alert, now),
    channel,
    since,
    measured,
    dryRun: rule.dryRun,
    ...(rule.page === undefined ? {} : { page: rule.page }),
    ...(slow ? { slow } : {}),
    ...(takeBack === undefined ? {} : { takeBack }),
  };
}

/**
 * The deploy that ended just before, when it is to blame: it was better before, and what is hardly above its limit for
 * long leaves people the time to decide. Only at the moment it fires: what was bad before a deploy ended is not its fault.
 */
function takenBack({ slow, before }: Bad, { rule, policy, deploy, now }: Situation): string | undefined {
  if (!rule.rollback || slow || before || deploy === undefined) return undefined;
  return now - deploy.endedAt <= policy.watchMs ? deploy.operation : undefined;
}

function worsened(alert: Alert, measured: Measured, now: number): AlertEvent | undefined {
  if (alert.phase === 'snoozed' || measured.value - alert.worst.value < muchWorse) return undefined;
  return { type: 'worsened', at: now, measured };
}

/** What time alone brings: the end of a snooze, and a page that nobody took. */
function patience(alert: Alert, { judged, policy, now }: Situation): AlertEvent | undefined {
  if (alert.phase === 'snoozed') {
    const over = alert.snoozed !== undefined && now >= alert.snoozed.until;
    return over && judged.kind === 'bad' ? { type: 'woken', at: now, measured: judged.measured } : undefined;
  }
  const { escalateTo: team, escalateMs } = policy;
  const waits = alert.phase === 'firing' && alert.pagedAt !== undefined && !alert.dryRun;
  if (!waits || team === undefined || alert.escalated !== undefined) return undefined;
  return now - alert.pagedAt >= escalateMs ? { type: 'escalated', at: now, team } : undefined;
}
