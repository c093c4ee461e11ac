import { deployPlan } from '../../src/domain/plan.ts';
import type { RoundSummary } from '../../src/domain/rounds/summary.ts';
import {
  allDone,
  done,
  end,
  healthy,
  recorded,
  requested,
  started,
  told,
  type Untimed,
} from './operations.ts';
import { round, roundsRequested } from './rounds.ts';

export const validated = { approval: false, validation: true };
export const asked = (policy: Parameters<typeof deployPlan>[0] = validated) =>
  requested({ issue: 128, plan: [...deployPlan(policy)] });
/** A deploy about an issue, whose candidate is ready. */
export const until = (...more: readonly Untimed[]) =>
  told(asked(), started, ...allDone('preflight', 'baseline', 'build', 'candidate'), ...more);
export const rest = [...allDone('shift', 'verify')];

export const validate = requested({ kind: 'validate', issue: 128, plan: ['validate', 'suites'] });
export const validation = (): {
  service: string;
  record: ReturnType<typeof recorded>;
  healthOnly?: true;
} => ({
  service: 'backend',
  record: recorded(healthy),
});

/** Rounds about an issue that are over. */
export const finished = (brought: readonly RoundSummary[], last: 'green' | 'stalled') =>
  told(
    roundsRequested({ issue: 128 }),
    started,
    ...brought.flatMap((each, index) => round(index + 1, each)),
    ...done('rounds', {
      rounds: brought.length,
      end: last,
      changes: [
        {
          service: 'backend',
          from: 'a',
          to: 'b',
          changes: [{ field: 'memory', before: '512Mi', after: '1Gi' }],
        },
      ],
    }),
    end(last === 'green' ? 'succeeded' : 'failed'),
  );
