import type { Logger } from 'pino';
import { type Alert, alertKey } from '../src/domain/alert/alert.ts';
import { decideAlert, type Situation } from '../src/domain/alert/decide.ts';
import type { DeployFact } from '../src/domain/alert/taken-back.ts';
import { type Judged, judge } from '../src/domain/monitor/judge.ts';
import { type AlertRule, defaultPolicy, type MonitorPolicy } from '../src/domain/monitor/policy.ts';
import type { MonitorRound } from '../src/domain/monitor/round.ts';
import type { Target } from '../src/domain/target.ts';
import { freezesAt } from '../src/gates/freezes.ts';
import type { Records } from '../src/ledger/records.ts';
import type { ExplainAlert } from './explain-alert.ts';
import { type SettleOptions, settleAlert } from './settle-alert.ts';
import { isToTakeBack, lastDeploy } from './take-back.ts';

/** Looks at what was measured of a target and does what its rules say. Called after each round that was kept. */
export type Review = (target: Target) => Promise<void>;

/** What is looked at: what was usual, and what is hardly above its limit. */
const lookBackMs = 3_600_000;
/** One look brings at most so many events, one after the other; a bound for what should end by itself. */
const mostEvents = 5;

export interface ReviewOptions extends SettleOptions {
  /** Rounds of a target since that time, milliseconds since 1970, oldest first. */
  readonly series: {
    since(
      target: { readonly service: string; readonly environment: string },
      fromMs: number,
    ): Promise<readonly MonitorRound[]>;
  };
  readonly records: Pick<Records, 'served' | 'locks'>;
  readonly explain: ExplainAlert;
  readonly log: Pick<Logger, 'warn'>;
}

interface Seen {
  readonly target: Target;
  readonly policy: MonitorPolicy;
  readonly rounds: readonly MonitorRound[];
  readonly deploy: DeployFact | undefined;
  readonly muted: boolean;
}

/**
 * Reads, decides, writes, and then does what was written: gather → decide → act. Whatever a crash leaves undone stands
 * in the alert, and is done by the next look or by the sweep. @throws what the ledger or Cloud Run throw: the next
 * round looks again
 */
export function makeReview(options: ReviewOptions): Review {
  return async (target) => {
    const policy = target.monitors ?? defaultPolicy;
    const { series, now } = options;
    const [rounds, deploy, muted] = await Promise.all([
      series.since(target, now() - lookBackMs),
      lastDeploy(target, policy.watchMs, options),
      isMuted(target, policy, options),
    ]);
    const seen = { target, policy, rounds, deploy, muted };
    // Each rule by itself: what one of them meets does not stop the others.
    const looked = await Promise.allSettled(policy.rules.map((rule) => lookAt(rule, seen, options)));
    for (const each of looked) if (each.status === 'rejected') throw each.reason;
  };
}

async function isMuted(
  { environment, gates }: Target,
  { mute }: MonitorPolicy,
  { records, now }: ReviewOptions,
): Promise<boolean> {
  if (mute.includes('freeze') && freezesAt(gates?.freeze ?? [], now()).length > 0) return true;
  return mute.includes('lock') && (await records.locks.of(environment, now())) !== undefined;
}

async function lookAt(rule: AlertRule, seen: Seen, options: ReviewOptions): Promise<void> {
  const { target, policy, rounds, muted } = seen;
  const key = alertKey({ ...target, symptom: rule.symptom });
  const alert = await options.alerts.alert(key);
  const now = options.now();
  const takenBackAt = await endOfRollback(alert, options);
  const judged = judge({
    rule,
    rounds,
    alert,
    now,
    everyMs: policy.everyMs,
    deployedAt: inWindow(seen, now)?.endedAt,
    takenBackAt,
  });
  const deploy = await toBlame(judged, { alert, rule, seen, now }, options);
  const situation = { judged, rule, policy, target, deploy, muted, now };
  const after = await write(key, { alert, situation }, options);
  if (after === undefined) return;
  options.explain(after, target);
  const stillBad = judged.kind === 'bad' && takenBackAt !== undefined;
  await settleAlert({ alert: after, target, stillBad }, options);
}

function inWindow({ deploy, policy }: Seen, now: number): DeployFact | undefined {
  return deploy !== undefined && now - deploy.endedAt <= policy.watchMs ? deploy : undefined;
}

/** What was measured before the end of its rollback is over. */
async function endOfRollback(alert: Alert | undefined, { ledger }: ReviewOptions) {
  if (alert?.rollback === undefined || alert.phase === 'resolved') return undefined;
  return (await ledger.operation(alert.rollback))?.finishedAt;
}

/**
 * Cloud Run is asked who serves users only when that decides something. Where it does not answer nobody can be taken
 * back: then people are woken.
 */
async function toBlame(
  judged: Judged,
  { alert, rule, seen, now }: { alert: Alert | undefined; rule: AlertRule; seen: Seen; now: number },
  options: ReviewOptions,
): Promise<DeployFact | undefined> {
  const deploy = inWindow(seen, now);
  const fires = judged.kind === 'bad' && !seen.muted && (alert === undefined || alert.phase === 'resolved');
  if (deploy === undefined || !fires || !rule.rollback) return undefined;
  const blamed = await isToTakeBack(seen.target, deploy, options).catch((error: unknown) => {
    options.log.warn({ err: error, operation: deploy.operation }, 'not known who serves users');
    return false;
  });
  return blamed ? deploy : undefined;
}

/** Writes what changes, event by event. @returns the alert after them; undefined when it never fired */
async function write(
  key: string,
  { alert, situation }: { alert: Alert | undefined; situation: Omit<Situation, 'alert'> },
  { alerts }: Pick<SettleOptions, 'alerts'>,
): Promise<Alert | undefined> {
  if (decideAlert({ ...situation, alert }) === undefined) return alert;
  for (let count = 0; count < mostEvents; count += 1) {
    const wrote = await alerts.change(key, {
      decide: (known) => {
        const event = decideAlert({ ...situation, alert: known });
        return { answer: event !== undefined, event };
      },
    });
    if (wrote !== true) break;
  }
  return alerts.alert(key);
}

export interface AlertSweepOptions extends SettleOptions {
  /** Undefined: it is not configured. */
  readonly targetOf: (name: { readonly service: string; readonly environment: string }) => Target | undefined;
}

/**
 * Makes good what a crash left undone, and lets the time of a page run on where nobody measures any more. Every worker
 * does it; doing it twice changes nothing.
 */
export async function sweepAlerts(options: AlertSweepOptions): Promise<void> {
  for (const alert of await options.alerts.unsettled()) {
    const target = options.targetOf(alert);
    const policy = target?.monitors ?? defaultPolicy;
    const rule = policy.rules.find(({ symptom }) => symptom === alert.symptom);
    const judged = { kind: 'unknown' } as const;
    const after =
      target === undefined || rule === undefined
        ? await close(alert, options)
        : await write(
            alert.key,
            { alert, situation: { judged, rule, policy, target, muted: false, now: options.now() } },
            options,
          );
    if (after !== undefined) await settleAlert({ alert: after, target, stillBad: false }, options);
  }
}

/** No round is judged for it any more: without this it would fire for ever. */
async function close({ key }: Alert, { alerts, now }: SettleOptions): Promise<Alert | undefined> {
  await alerts.change(key, {
    decide: (alert) => ({
      answer: undefined,
      event:
        alert === undefined || alert.phase === 'resolved'
          ? undefined
          : { type: 'closed', at: now(), reason: 'RULE_REMOVED' },
    }),
  });
  return alerts.alert(key);
}
