import type { EventOf } from '../../src/domain/events.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { roundsPlan } from '../../src/domain/plan.ts';
import type { RoundSummary } from '../../src/domain/rounds/summary.ts';
import type { FailedTest, SuiteRun } from '../../src/domain/suite/run.ts';
import { allDone, began, end, requested, started, told, type Untimed } from './operations.ts';

/** `test_1 › connects` and the like. */
export const idOf = (module: number, test = 'connects') => `test_${module} › ${test}`;

export function failedTest(id: string, more: Partial<FailedTest> = {}): FailedTest {
  const [module = '', test = ''] = id.split(' › ');
  const cause = 'HTTP 403 at upgrade';
  return { id, module, test, message: cause, excerpt: 'expected 101', cause, ...more };
}

/** A suite of ten modules with one test each, of which these fail. */
export function suiteRun(
  failing: readonly (string | FailedTest)[] = [],
  more: Partial<SuiteRun> = {},
): SuiteRun {
  const failed = failing.map((each) => (typeof each === 'string' ? failedTest(each) : each));
  const all = Array.from({ length: 10 }, (_, index) => idOf(index + 1));
  const passed = all.filter((id) => !failed.some((test) => test.id === id));
  return {
    suite: 'e2e',
    way: 'command',
    at: began,
    tookMs: 1_000,
    counts: { passed: passed.length, failed: failed.length, skipped: 0 },
    modules: all.map((_, index) => {
      const bad = failed.filter(({ module }) => module === `test_${index + 1}`).length;
      return { name: `test_${index + 1}`, passed: bad === 0 ? 1 : 0, failed: bad, skipped: 0, tookMs: 100 };
    }),
    failed,
    passed,
    skipped: [],
    ...more,
  };
}

/** An ended deploy whose suites said this. */
export function deployWith(runs: readonly SuiteRun[], number = 43): Operation {
  return told(
    requested({
      number,
      suites: { names: ['e2e'], gate: false },
      parent: { operation: 'staging-42', round: 1 },
    }),
    started,
    ...allDone('preflight', 'build', 'candidate', 'prove', 'shift', 'verify'),
    { type: 'step-started', step: 'suites' },
    { type: 'step-finished', step: 'suites', result: { runs: [...runs] } },
    end('succeeded'),
  );
}

export const summary = (more: Partial<RoundSummary> = {}): RoundSummary => ({
  outcome: 'succeeded',
  modules: { green: 8, all: 10 },
  tests: { passed: 8, failed: 2, skipped: 0 },
  fixed: [],
  broken: [],
  failing: [idOf(1), idOf(3)],
  missing: [],
  flaky: [],
  findings: [{ cause: 'HTTP 403 at upgrade', tests: [idOf(1), idOf(3)], excerpt: 'expected 101' }],
  problems: [],
  tookMs: 60_000,
  ...more,
});

export const green = summary({
  modules: { green: 10, all: 10 },
  tests: { passed: 10, failed: 0, skipped: 0 },
  failing: [],
  findings: [],
});

export const roundsRequested = (more: Partial<Omit<EventOf<'requested'>, 'at'>> = {}) =>
  requested({
    kind: 'rounds',
    plan: [...roundsPlan],
    suites: { names: ['e2e'], gate: false },
    rounds: { max: 10, watch: false },
    ...more,
  });

type Way = 'deploy' | 're-run';

export const roundStarted = (round: number, way: Way = 'deploy', ref = 'main'): Untimed => ({
  type: 'round-started',
  round,
  way,
  ref,
  operation: `staging-${42 + round}`,
});

export const roundEnded = (round: number, brought: RoundSummary = summary()): Untimed => ({
  type: 'round-ended',
  round,
  summary: brought,
});

export const roundAsked = (
  after: number,
  more: Partial<Omit<EventOf<'round-asked'>, 'type' | 'at'>> = {},
): Untimed => ({
  type: 'round-asked',
  after,
  way: 'deploy',
  ref: 'fix/ws',
  by: 'U0DEVELOPER',
  byName: 'developer',
  ...more,
});

/** A round from its beginning to its end. */
export const round = (number: number, brought: RoundSummary = summary(), way: Way = 'deploy') => [
  roundStarted(number, way),
  roundEnded(number, brought),
];

/** Rounds under way, with what has become of them. */
export function roundsOf(...events: readonly Untimed[]): Operation {
  return told(roundsRequested(), started, { type: 'step-started', step: 'rounds' }, ...events);
}
