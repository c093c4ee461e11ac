import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/domain/events.ts';
import { resolutionOf } from '../../../src/domain/issue/resolution.ts';
import type { SuiteRun } from '../../../src/domain/suite/run.ts';
import { asked, rest, until, validate, validated, validation } from '../../support/issues.ts';
import {
  allDone,
  broken,
  done,
  end,
  healthy,
  recorded,
  requested,
  started,
  told,
} from '../../support/operations.ts';

const green: SuiteRun = {
  suite: 'e2e',
  way: 'command',
  at: 0,
  tookMs: 72_110,
  counts: { passed: 40, failed: 0, skipped: 0 },
  modules: [{ name: 'test_1', passed: 40, failed: 0, skipped: 0, tookMs: 72_110 }],
  failed: [],
  passed: [],
  skipped: [],
};
const red: SuiteRun = { ...green, counts: { passed: 38, failed: 2, skipped: 0 } };

describe('whether an issue is resolved', () => {
  it('says the validation of a deploy that succeeded, and nothing else', () => {
    const fine = until(...done('prove'), ...rest, end('succeeded'));
    expect(resolutionOf(fine)).toEqual({ kind: 'resolved', why: '1 of 1 checks are healthy' });
    expect(resolutionOf(until(...done('prove'))).kind).toBe('undecided');
    const rolledBack = until(...broken('shift', 'TRIGGER_FIRED'), end('rolled-back'));
    expect(resolutionOf(rolledBack)).toEqual({ kind: 'not-resolved', why: 'it ended as rolled-back' });
  });

  it('nothing says where no validation is configured', () => {
    const bare = told(asked({ approval: false }), started, ...allDone('prove', 'shift'), end('succeeded'));
    expect(resolutionOf(bare).kind).toBe('undecided');
  });

  it('is not said by a check that is not healthy', () => {
    const record = recorded(healthy, { ...healthy, name: '/ws handshake', verdict: 'inconclusive' });
    const unsure = until(...done('prove', { url: '', record }), ...rest, end('succeeded'));
    expect(resolutionOf(unsure)).toEqual({
      kind: 'not-resolved',
      why: 'the check /ws handshake is inconclusive',
    });
  });

  it('wants the suites as well, where they ran', () => {
    const withSuites = (run: SuiteRun) =>
      told(
        asked({ ...validated, suites: true }),
        started,
        ...allDone('prove', 'shift', 'verify'),
        ...done('suites', { runs: [run] }),
        end('succeeded'),
      );
    expect(resolutionOf(withSuites(green)).why).toBe('1 of 1 checks are healthy, and 1 of 1 suites passed');
    expect(resolutionOf(withSuites(red))).toEqual({
      kind: 'not-resolved',
      why: 'the suite e2e did not pass',
    });
  });

  it('says a round of which all is green', () => {
    const rounds = (last: 'green' | 'stalled') =>
      told(
        requested({ kind: 'rounds', issue: 128, plan: ['rounds'] }),
        started,
        ...done('rounds', { rounds: 3, end: last }),
        end(last === 'green' ? 'succeeded' : 'failed'),
      );
    expect(resolutionOf(rounds('green'))).toEqual({
      kind: 'resolved',
      why: 'all suites passed in round 3',
    });
    expect(resolutionOf(rounds('stalled')).kind).toBe('not-resolved');
  });

  it.each<[string, Partial<ReturnType<typeof validation>> & { outcome: Outcome }, string]>([
    ['healthy', { outcome: 'succeeded' }, 'resolved: 1 of 1 checks are healthy'],
    [
      'unhealthy',
      { outcome: 'failed', record: recorded({ ...healthy, name: '/ws handshake', verdict: 'unhealthy' }) },
      'not-resolved: the check /ws handshake is unhealthy',
    ],
    [
      'too few samples',
      { outcome: 'inconclusive', record: recorded({ ...healthy, verdict: 'inconclusive' }) },
      'not-resolved: the check GET /health is inconclusive',
    ],
    ['unhealthy in its metrics alone', { outcome: 'failed' }, 'not-resolved: it ended as failed'],
    [
      'nothing but health',
      { outcome: 'succeeded', healthOnly: true },
      'undecided: no validation is configured beyond health',
    ],
  ])('says a validation: %s', (_what, { outcome, ...more }, resolution) => {
    const services = [{ ...validation(), ...more }];
    const { kind, why } = resolutionOf(
      told(validate, started, ...done('validate', { services }), end(outcome)),
    );
    expect(`${kind}: ${why}`).toBe(resolution);
  });

  it('is not said by suites without a validation', () => {
    const suites = (run: SuiteRun, outcome: Outcome) =>
      resolutionOf(told(validate, started, ...done('suites', { runs: [run] }), end(outcome)));
    expect(suites(green, 'succeeded')).toEqual({
      kind: 'undecided',
      why: 'nothing was validated; 1 of 1 suites passed',
    });
    expect(suites(red, 'failed')).toEqual({ kind: 'not-resolved', why: 'the suite e2e did not pass' });
  });
});
