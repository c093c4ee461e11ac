import { stepOf } from '../../src/domain/operation.ts';
import type { SuiteSelection } from '../../src/domain/suite/run.ts';
import { isGreen, type SuiteRun } from '../../src/domain/suite/run.ts';
import { selectionOf } from '../../src/domain/suite/plan.ts';
import { teller } from '../measure.ts';
import { failed, finished, type Step, type StepContext } from '../step.ts';
import { progressOf } from '../suite/progress.ts';
import { markOf, runSuite } from '../suite/run.ts';
import { whereabouts } from '../suite/where.ts';

/**
 * Runs the test suites of the request, one after the other: two of them may share a folder. Twice is safe: tests are
 * made to be run again, and an execution of a job that this operation has begun is found and waited for.
 */
export const suites: Step<'suites'> = async (context) => {
  const { operation, target } = context;
  const selection = selectionOf(target, operation.request);
  if (selection === undefined) return finished({ runs: [] });
  const missing = selection.names.find((name) => target.suites?.plans[name] === undefined);
  if (missing !== undefined)
    return failed('CONFIG_CHANGED', { summary: `There is no suite ${missing} in slipway.yaml any more.` });
  const runs = await runAll(selection, context);
  return selection.gate && !runs.every(isGreen) ? gateClosed(runs) : finished({ runs });
};

/** Somebody cancelled the operation: nobody waits for its jobs any more. Twice is safe: an ended execution stays so. */
export async function cancelSuites({ cloud, operation, target, signal }: StepContext): Promise<void> {
  const { id, request } = operation;
  const named = { operation: id, uid: request.uid };
  for (const name of selectionOf(target, request)?.names ?? []) {
    const run = target.suites?.plans[name]?.run;
    if (run?.kind !== 'cloud-run-job') continue;
    for (const which of ['all', 'again'] as const) {
      const mark = markOf(named, name, which);
      const execution = await cloud.jobs.find({ job: run, mark }, { signal, forMs: 0 });
      if (execution !== undefined) await cloud.jobs.cancel(execution, signal);
    }
  }
}

async function runAll({ names, only }: SuiteSelection, context: StepContext): Promise<SuiteRun[]> {
  const { operation, target, signal, now, cloud } = context;
  const env = await whereabouts(context);
  const tell = teller('suites', context);
  const runs: SuiteRun[] = [];
  for (const name of names) {
    const plan = target.suites?.plans[name];
    if (plan === undefined) continue;
    const progress = progressOf(plan);
    runs.push(
      await runSuite({
        plan,
        env: { ...env, SLIPWAY_SUITE: name },
        operation: operation.id,
        uid: operation.request.uid,
        begunBefore: (stepOf(operation, 'suites')?.attempts ?? 0) > 0,
        cloud,
        only: only?.[name],
        signal,
        now,
        onLine: (line) => {
          const text = progress(line);
          if (text !== undefined) tell({ check: name, text });
        },
      }),
    );
  }
  return runs;
}

function gateClosed(runs: readonly SuiteRun[]) {
  const red = runs.filter((run) => !isGreen(run));
  const [first] = red;
  return failed('SUITE_FAILED', {
    summary: `${red.map(({ suite }) => suite).join(', ')} did not pass.`,
    evidence: red.map(({ suite, problem, counts }) =>
      problem === undefined
        ? `${suite}: ${counts.failed} of ${counts.failed + counts.passed} tests failed`
        : `${suite}: ${problem.code}, ${problem.summary}`,
    ),
    ...(first?.failed[0] === undefined ? {} : { cause: first.failed[0].cause }),
    suites: [...runs],
  });
}
