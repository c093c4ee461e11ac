import type { BuildLog } from './log.ts';
import { isOver, type BuildRecord, type StepRecord } from './resources.ts';
import type { StepWork } from './step-work.ts';

interface Ends {
  readonly log: BuildLog;
  readonly now: () => NonNullable<BuildRecord['startTime']>;
  readonly end: (step: StepRecord, status: 'SUCCESS' | 'FAILURE', exitCode: number) => void;
  readonly fail: (detail: string) => void;
}

/** Runs the steps of a build that really does something. False when one failed, or when it was cancelled. */
export async function runWork(
  build: BuildRecord,
  work: StepWork,
  { log, now, end, fail }: Ends,
): Promise<boolean> {
  for (const [index, step] of build.steps.entries()) {
    step.status = 'WORKING';
    step.timing = { startTime: now(), endTime: null };
    log.main(`Starting ${log.title(index)}`);
    const exitCode = await work({
      buildId: build.id,
      project: build.project,
      commit: build.ref,
      index,
      script: step.script,
      substitutions: build.request.substitutions,
      say: (line) => {
        if (!isOver(build)) log.step(index, line);
      },
      signal: build.halt.signal,
    });
    if (isOver(build)) return false;
    end(step, exitCode === 0 ? 'SUCCESS' : 'FAILURE', exitCode);
    if (exitCode !== 0) {
      fail(`build step ${index} "${step.name}" failed: step exited with non-zero status: ${exitCode}`);
      return false;
    }
    log.main(`Finished ${log.title(index)}`);
  }
  return true;
}
