import type { Alert } from '../alert/alert.ts';
import type { AlertRule } from '../monitor/policy.ts';
import { type MonitorRound, symptomTitles } from '../monitor/round.ts';
import { type Operation, partOf } from '../operation.ts';
import { judgeRate } from '../statistics.ts';
import type { ValidationRecord } from '../validation/record.ts';
import { type Looked, seenValue } from './looked.ts';

/** What has measured a service. */
export interface Measurements {
  readonly service: string;
  /** The last `/validate`. */
  readonly validation: Looked<ValidationRecord | undefined>;
  /** The last minute of the monitor. */
  readonly round: Looked<MonitorRound | undefined>;
  /** What the monitor takes for too much. */
  readonly rules: readonly Pick<AlertRule, 'symptom' | 'limit'>[];
}

/** The newest that was measured of a service, and by what. */
export interface Health {
  readonly verdict: 'healthy' | 'unhealthy' | 'unknown';
  /** Milliseconds since 1970; of an alert, its first bad round. Absent: nothing was measured. */
  readonly at?: number;
  readonly by?: 'alert' | 'monitor' | 'validation' | 'deploy';
  /** Why it is unknown. */
  readonly why?: string;
}

export interface HealthQuestion extends Measurements {
  /** Open alerts of this service. */
  readonly alerts: readonly Alert[];
  readonly operation: Operation | undefined;
}

/**
 * An alert that is open says that users feel it now, so it stands above all. Else the newest measurement counts: the
 * monitor's, a validation, or the checks at the end of a deploy.
 */
export function healthOf(question: HealthQuestion): Health {
  const { alerts, validation, round } = question;
  const since = alerts.filter(({ dryRun }) => !dryRun).map((alert) => alert.since);
  if (since.length > 0) return { verdict: 'unhealthy', at: Math.min(...since), by: 'alert' };
  const newest = [
    ofRound(seenValue(round), question.rules),
    ofRecord(seenValue(validation), 'validation'),
    ofRecord(verified(question), 'deploy'),
  ]
    .filter((health) => health !== undefined)
    .toSorted((a, b) => b.at - a.at)[0];
  if (newest !== undefined) return newest;
  const failed = [round, validation].find(({ kind }) => kind === 'unknown');
  return { verdict: 'unknown', why: failed?.kind === 'unknown' ? failed.why : 'never measured' };
}

type Measured = Health & { readonly at: number };

/**
 * By the limits of the rules: bad when even the lower bound of a rate is above its limit, well when no rate is; else a
 * minute is too little to tell. What no rule looks at says nothing.
 */
function ofRound(round: MonitorRound | undefined, rules: HealthQuestion['rules']): Measured | undefined {
  const judged = rules.flatMap(({ symptom, limit }) => {
    const tally = round?.tallies[symptom];
    if (tally === undefined || tally.samples === 0) return [];
    const isAbove = tally.failures > limit * tally.samples;
    return [{ symptom, limit, tally, isAbove, verdict: judgeRate(tally, limit) }];
  });
  if (round === undefined || judged.length === 0) return undefined;
  const { at } = round;
  const by = 'monitor' as const;
  if (judged.some(({ verdict, isAbove }) => isAbove && verdict === 'unhealthy'))
    return { verdict: 'unhealthy', at, by };
  const above = judged.find(({ isAbove }) => isAbove);
  if (above === undefined) return { verdict: 'healthy', at, by };
  const { symptom, limit, tally } = above;
  const share = `${tally.failures} of ${tally.samples} (limit ${Math.round(limit * 1_000) / 10} %)`;
  return { verdict: 'unknown', at, by, why: `${symptomTitles[symptom]} ${share}, too few to tell` };
}

function ofRecord(record: ValidationRecord | undefined, by: 'validation' | 'deploy'): Measured | undefined {
  if (record === undefined) return undefined;
  const { at, verdict } = record;
  return verdict === 'inconclusive'
    ? { verdict: 'unknown', at, by, why: 'too few samples' }
    : { verdict, at, by };
}

/** What a deploy or a rollback measured where users come in, at its end. */
function verified({ operation, service }: HealthQuestion): ValidationRecord | undefined {
  const part = operation && partOf(operation, service);
  return part?.results.verify?.record;
}
