import { type Operation, partsOf } from '../operation.ts';
import { isGreen } from '../suite/run.ts';
import type { ValidationRecord } from '../validation/record.ts';

/** Whether what was measured shows that an issue is resolved, and by what; `undecided` when nothing says so or not. */
export interface Resolution {
  readonly kind: 'resolved' | 'not-resolved' | 'undecided';
  /** One line of our own words and of names from the configuration. */
  readonly why: string;
}

/** Only the validation says that something is resolved, and the test suites where they ran. Pure. */
export function resolutionOf(operation: Operation): Resolution {
  const { outcome, request, results } = operation;
  if (outcome === undefined) return { kind: 'undecided', why: 'it is not over yet' };
  if (request.kind === 'rounds') return ofRounds(operation);
  if (outcome !== 'succeeded') return { kind: 'not-resolved', why: `it ended as ${outcome}` };
  if (request.kind !== 'deploy' && request.kind !== 'validate')
    return { kind: 'undecided', why: 'nothing was validated' };
  const parts = partsOf(operation);
  const records =
    request.kind === 'validate'
      ? (results.validate?.services ?? []).map(({ record }) => record)
      : parts.flatMap((part) => validated(part));
  const services = request.kind === 'validate' ? records.length : parts.length;
  if (records.length < services || records.length === 0)
    return { kind: 'undecided', why: 'no validation is configured beyond health' };
  const checks = records.flatMap((record) => record.checks);
  const bad = checks.find(({ verdict }) => verdict !== 'healthy');
  if (bad !== undefined) return { kind: 'not-resolved', why: `the check ${bad.name} is ${bad.verdict}` };
  const runs = parts.flatMap((part) => part.results.suites?.runs ?? []);
  const red = runs.find((run) => !isGreen(run));
  if (red !== undefined) return { kind: 'not-resolved', why: `the suite ${red.suite} did not pass` };
  const suites = runs.length === 0 ? '' : `, and ${runs.length} of ${runs.length} suites passed`;
  return { kind: 'resolved', why: `${checks.length} of ${checks.length} checks are healthy${suites}` };
}

/** Rounds end green when all suites have passed after a deploy that was validated. */
function ofRounds({ results }: Operation): Resolution {
  return results.rounds?.end === 'green'
    ? { kind: 'resolved', why: `all suites passed in round ${results.rounds.rounds}` }
    : { kind: 'not-resolved', why: 'no round was green' };
}

/** A baseline is made only where there is a validation: without one the record holds checks of health alone. */
function validated({ request, results: { prove } }: Operation): readonly ValidationRecord[] {
  return prove !== undefined && request.plan.includes('baseline') ? [prove.record] : [];
}
