import { type Operation, partsOf } from '../operation.ts';
import { isGreen, type SuiteRun } from '../suite/run.ts';
import type { ValidationRecord } from '../validation/record.ts';

/** Whether what was measured shows that an issue is resolved, and by what; `undecided` when nothing says so or not. */
export interface Resolution {
  readonly kind: 'resolved' | 'not-resolved' | 'undecided';
  /** One line of our own words and of names from the configuration. */
  readonly why: string;
}

/** Only the validation says that something is resolved, and the test suites where they ran. Pure. */
export function resolutionOf(operation: Operation): Resolution {
  const { outcome, request } = operation;
  if (outcome === undefined) return { kind: 'undecided', why: 'it is not over yet' };
  switch (request.kind) {
    case 'deploy':
      return ofDeploy(operation);
    case 'validate':
      return ofValidation(operation);
    case 'rounds':
      return ofRounds(operation);
    case 'rollback':
    case 'infrastructure':
      return endedBadly(operation) ?? { kind: 'undecided', why: 'nothing was validated' };
  }
}

function ofDeploy(operation: Operation): Resolution {
  const parts = partsOf(operation);
  const records = parts.flatMap((part) => validated(part));
  const bad = endedBadly(operation);
  if (bad !== undefined) return bad;
  if (records.length < parts.length) return healthAlone;
  return judged(
    records,
    parts.flatMap((part) => part.results.suites?.runs ?? []),
  );
}

/** What was measured says more than that it failed. */
function ofValidation(operation: Operation): Resolution {
  const { validate, suites } = operation.results;
  const services = validate?.services ?? [];
  const runs = suites?.runs ?? [];
  const measured = judged(
    services.map(({ record }) => record),
    runs,
  );
  if (measured.kind === 'not-resolved') return measured;
  const bad = endedBadly(operation);
  if (bad !== undefined) return bad;
  return services.some(({ healthOnly }) => healthOnly === true) ? healthAlone : measured;
}

const healthAlone: Resolution = { kind: 'undecided', why: 'no validation is configured beyond health' };

function endedBadly({ outcome }: Operation): Resolution | undefined {
  return outcome === 'succeeded'
    ? undefined
    : { kind: 'not-resolved', why: `it ended as ${outcome ?? 'nothing'}` };
}

function judged(records: readonly ValidationRecord[], runs: readonly SuiteRun[]): Resolution {
  const checks = records.flatMap((record) => record.checks);
  const bad = checks.find(({ verdict }) => verdict !== 'healthy');
  if (bad !== undefined) return { kind: 'not-resolved', why: `the check ${bad.name} is ${bad.verdict}` };
  const red = runs.find((run) => !isGreen(run));
  if (red !== undefined) return { kind: 'not-resolved', why: `the suite ${red.suite} did not pass` };
  const passed = `${runs.length} of ${runs.length} suites passed`;
  if (checks.length === 0)
    return { kind: 'undecided', why: `nothing was validated${runs.length === 0 ? '' : `; ${passed}`}` };
  const suites = runs.length === 0 ? '' : `, and ${passed}`;
  return { kind: 'resolved', why: `${checks.length} of ${checks.length} checks are healthy${suites}` };
}

/** Rounds end green when all suites have passed after a deploy that was proved. */
function ofRounds({ outcome, results }: Operation): Resolution {
  if (outcome === 'succeeded' && results.rounds?.end === 'green')
    return { kind: 'resolved', why: `all suites passed in round ${results.rounds.rounds}` };
  return { kind: 'not-resolved', why: 'no round was green' };
}

/** A baseline is made only where there is a validation: without one the record holds checks of health alone. */
function validated({ request, results: { prove } }: Operation): readonly ValidationRecord[] {
  return prove !== undefined && request.plan.includes('baseline') ? [prove.record] : [];
}
