import type { Alert } from '../alert/alert.ts';
import { type MonitorRound, symptoms } from '../monitor/round.ts';
import { type Operation, partOf } from '../operation.ts';
import type { ValidationRecord } from '../validation/record.ts';
import { type Looked, seenValue } from './looked.ts';

/** What has measured a service. */
export interface Measurements {
  readonly service: string;
  /** The last `/validate`. */
  readonly validation: Looked<ValidationRecord | undefined>;
  /** The last look of the monitor. */
  readonly round: Looked<MonitorRound | undefined>;
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
    ofRound(seenValue(round)),
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

/** No failure is healthy and a majority is unhealthy, as in `src/domain/health.ts`; between them one round is too little. */
function ofRound(round: MonitorRound | undefined): Measured | undefined {
  if (round === undefined) return undefined;
  const tallies = symptoms.map((symptom) => round.tallies[symptom]).filter((tally) => tally !== undefined);
  const samples = Math.max(0, ...tallies.map((tally) => tally.samples));
  if (samples === 0) return undefined;
  const { at } = round;
  const by = 'monitor' as const;
  if (tallies.every(({ failures }) => failures === 0)) return { verdict: 'healthy', at, by };
  if (tallies.some((tally) => tally.failures * 2 > tally.samples)) return { verdict: 'unhealthy', at, by };
  const failures = Math.max(...tallies.map((tally) => tally.failures));
  return { verdict: 'unknown', at, by, why: `${failures} of ${samples} samples failed` };
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
