import { type Operation, partsOf } from '../operation.ts';
import { metricLabel } from '../validation/plan.ts';
import type { ValidationRecord } from '../validation/record.ts';
import { isGreenRound } from './next.ts';
import { noRounds } from './state.ts';

/** What must be so for rounds to have succeeded, and what says that it is. */
export interface Criterion {
  /** `unknown`: it was not measured. */
  readonly met: 'yes' | 'no' | 'unknown';
  readonly what: string;
  readonly evidence: string;
}

/**
 * All tests, and all checks and targets of the validation of the last deploy that served. Pure; nothing is ticked that
 * was not measured.
 * @param children the operations of the rounds
 */
export function criteriaOf(operation: Operation, children: readonly Operation[]): readonly Criterion[] {
  const deployed = lastDeployed(operation, children);
  const records =
    deployed === undefined ? [] : partsOf(deployed).flatMap(({ results }) => results.prove?.record ?? []);
  return [testsCriterion(operation), ...records.flatMap(measured)];
}

/** The last round that gave users what it deployed. */
export function lastDeployed(
  { rounds = noRounds }: Operation,
  children: readonly Operation[],
): Operation | undefined {
  const deploys = rounds.list.filter(({ way }) => way === 'deploy').toReversed();
  return deploys
    .map(({ operation }) => children.find(({ id }) => id === operation))
    .find((child) => child?.outcome === 'succeeded');
}

function testsCriterion({ rounds = noRounds, request }: Operation): Criterion {
  const what = `All tests of ${(request.suites?.names ?? []).join(', ')} pass`;
  const last = rounds.list.findLast(({ summary }) => summary !== undefined);
  const summary = last?.summary;
  if (last === undefined || summary === undefined || summary.modules.all === 0)
    return { met: 'unknown', what, evidence: 'no test ran in the last round' };
  const { modules, tests } = summary;
  const flaky = summary.flaky.length === 0 ? '' : `, ${summary.flaky.length} of them when run again`;
  const evidence = `${modules.green} of ${modules.all} modules, ${tests.passed} of ${tests.passed + tests.failed} tests in round ${last.round}${flaky}`;
  return { met: isGreenRound(last) ? 'yes' : 'no', what, evidence };
}

const marks = { healthy: 'yes', unhealthy: 'no', inconclusive: 'unknown' } as const;

function measured({ checks, metrics }: ValidationRecord): readonly Criterion[] {
  return [
    ...checks.map(({ name, expected, measured: evidence, verdict }) => ({
      met: marks[verdict],
      what: `${name}: ${expected}`,
      evidence,
    })),
    ...metrics.map(({ name, target, value, samples, verdict }) => ({
      met: value === undefined ? ('unknown' as const) : marks[verdict],
      what: `${metricLabel(name)} under ${target} ms`,
      evidence:
        value === undefined
          ? 'not measured'
          : `${Math.round(value)} ms, ${samples} ${samples === 1 ? 'sample' : 'samples'}`,
    })),
  ];
}
