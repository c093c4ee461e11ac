import type { Blocker } from '../../../src/domain/blocker.ts';
import { duration } from '../../../src/domain/infrastructure/words.ts';
import { diagnosticText, type StateLock } from '../../../src/domain/infrastructure/messages.ts';
import type { Problem } from '../../../src/domain/infrastructure/tool.ts';
import type { ReasonCode } from '../../../src/domain/reasons.ts';
import type { Failed } from '../../drift.ts';
import { failed } from '../../step.ts';

export interface Prevented {
  /** What a fault of the program itself is called. */
  readonly code: ReasonCode;
  /** To be read after “This prevents: ”, e.g. `Apply the infrastructure of staging`. */
  readonly prevents: string;
  readonly program: string;
}

/** What a problem means to people: somebody's lock and a missing program are in the way, all else has failed. */
export function failureOfProblem(problem: Problem, prevented: Prevented): Failed {
  const { code, prevents, program } = prevented;
  switch (problem.kind) {
    case 'missing':
      return failed('INFRASTRUCTURE_PROGRAM', {
        summary: `${problem.what} cannot be run.`,
        evidence: [problem.error],
        blockers: [
          {
            what: problem.what,
            evidence: [problem.error],
            prevents,
            advice:
              problem.advice ??
              `Install ${problem.what} on the worker, or name another program in slipway.yaml.`,
          },
        ],
      });
    case 'locked':
      return locked(problem.lock, prevented);
    case 'stale':
      return failed(code, { summary: 'The state was changed again and again while this was planned.' });
    case 'timed-out':
      return failed(code, { summary: `${program} did not end within ${duration(problem.afterMs)}.` });
    case 'stopped':
      return failed(code, { summary: `${program} was told to end.` });
    case 'failed': {
      const { diagnostics, lines, what } = problem;
      return failed(code, {
        summary: `${what} failed.`,
        evidence: diagnostics.map(diagnosticText),
        logs: [...lines],
      });
    }
  }
}

/** slipway breaks no lock: whoever holds it may be in the middle of a change. */
function locked(lock: StateLock, { prevents, program }: Prevented): Failed {
  const { id, who, created, operation, path, error } = lock;
  const whose = who === undefined ? 'Somebody' : who;
  const evidence = [
    error,
    ...(who === undefined ? [] : [`Held by ${who}${created === undefined ? '' : ` since ${created}`}`]),
    ...(operation === undefined ? [] : [`For ${operation}`]),
    ...(id === undefined ? [] : [`Lock ${id}${path === undefined ? '' : ` of ${path}`}`]),
  ];
  // A trigger runs it elsewhere.
  const command = `${program === 'tofu' ? program : 'terraform'} force-unlock`;
  const unlock = id === undefined ? `${command} with its id` : `${command} ${id}`;
  const advice = `Wait for ${who ?? 'whoever holds it'}. If nothing of theirs runs any more, break the lock by hand, in the folder of the configuration: ${unlock}`;
  const blocker: Blocker = { what: 'state lock', evidence, prevents, advice };
  return failed('STATE_LOCKED', {
    summary: `${whose} holds the lock of the state.`,
    evidence,
    advice,
    blockers: [blocker],
  });
}
