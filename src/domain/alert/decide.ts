import type { Judged } from '../monitor/judge.ts';
import type { AlertRule, MonitorPolicy } from '../monitor/policy.ts';
import { type Alert, sameThreadMs } from './alert.ts';
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

export interface AlertDecision {
  readonly events: readonly AlertEvent[];
  /** The deploy to take back. The same deploy is asked for again until its rollback is noted. */
  readonly takeBack?: string | undefined;
}

/** What a round changes about an alert. Pure; nothing changed is no event. */
export function decideAlert(situation: Situation): AlertDecision {
  const { alert, judged, muted } = situation;
  const open = alert !== undefined && alert.phase !== 'resolved';
  if (judged.kind === 'unknown') return { events: open ? patience(alert, situation) : [] };
  if (!open) return judged.kind === 'bad' && !muted ? fire(judged, situation) : { events: [] };
  if (judged.kind === 'good')
    return { events: [{ type: 'resolved', at: situation.now, measured: judged.measured }] };
  const changed = judged.kind === 'bad' ? worsened(alert, judged.measured, situation) : [];
  const events = [...changed, ...patience(alert, situation)];
  return judged.kind === 'bad' ? { events, takeBack: takeBack(alert, situation) } : { events };
}

function fire({ measured, since }: Extract<Judged, { kind: 'bad' }>, situation: Situation): AlertDecision {
  const { alert, rule, target, now } = situation;
  const again = alert?.resolvedAt !== undefined && now - alert.resolvedAt < sameThreadMs;
  const thread = alert === undefined ? 1 : again ? alert.thread : alert.thread + 1;
  const { environment, service, channel } = target;
  const event: AlertEvent = {
    type: 'fired',
    at: now,
    environment,
    service,
    symptom: rule.symptom,
    thread,
    channel,
    since,
    measured,
    dryRun: rule.dryRun,
    ...(rule.page === undefined ? {} : { page: rule.page }),
  };
  return { events: [event], takeBack: takeBack(undefined, situation) };
}

/** The deploy that ended just before: once, and never for a rule that only says what it would do. */
function takeBack(alert: Alert | undefined, { rule, policy, deploy, now }: Situation): string | undefined {
  if (!rule.rollback || rule.dryRun || deploy === undefined || alert?.rollback !== undefined)
    return undefined;
  return now - deploy.endedAt <= policy.watchMs ? deploy.operation : undefined;
}

function worsened(alert: Alert, measured: Measured, { now }: Situation): readonly AlertEvent[] {
  if (alert.phase === 'snoozed') return [];
  return measured.value - alert.worst.value >= muchWorse ? [{ type: 'worsened', at: now, measured }] : [];
}

/** What time alone brings: the end of a snooze, and a page that nobody took. */
function patience(alert: Alert, { judged, policy, now }: Situation): readonly AlertEvent[] {
  if (alert.phase === 'snoozed') {
    const over = alert.snoozed !== undefined && now >= alert.snoozed.until;
    return over && judged.kind === 'bad' ? [{ type: 'woken', at: now, measured: judged.measured }] : [];
  }
  const { escalateTo: team, escalateMs } = policy;
  const waits = alert.phase === 'firing' && alert.page !== undefined && !alert.dryRun;
  if (!waits || team === undefined || alert.escalated !== undefined) return [];
  return now - alert.firedAt >= escalateMs ? [{ type: 'escalated', at: now, team }] : [];
}
