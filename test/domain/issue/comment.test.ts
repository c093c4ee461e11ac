import { describe, expect, it } from 'vitest';
import { commentOf, markerOf } from '../../../src/domain/issue/comment.ts';
import { md, mdCode, mdLink } from '../../../src/domain/issue/markdown.ts';
import { resolutionOf } from '../../../src/domain/issue/resolution.ts';
import { deployPlan } from '../../../src/domain/plan.ts';
import type { SuiteRun } from '../../../src/domain/suite/run.ts';
import {
  allDone,
  broken,
  done,
  end,
  healthy,
  recorded,
  requested,
  results,
  started,
  told,
  type Untimed,
} from '../../support/operations.ts';
import { everywhere, stories } from '../../support/stories.ts';

const validated = { approval: false, validation: true };
const asked = (policy: Parameters<typeof deployPlan>[0] = validated) =>
  requested({ issue: 128, plan: [...deployPlan(policy)] });
const until = (...more: readonly Untimed[]) =>
  told(asked(), started, ...allDone('preflight', 'baseline', 'build', 'candidate'), ...more);
const rest = [...allDone('shift', 'verify')];

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
});

describe('a comment on an issue', () => {
  it('is the report, behind a marker that nobody sees', () => {
    const operation = until(...done('prove'), ...rest, end('succeeded'));
    const text = commentOf(operation, 'https://chat.slack.com/archives/C0DEPLOYS/p1');
    expect(text.split('\n')).toEqual([
      '<!-- slipway: staging-42 k3f9ab -->',
      '### Deploy backend to staging: succeeded',
      '',
      'staging #42 · ref `main` · by developer · [thread in Slack](https://chat.slack.com/archives/C0DEPLOYS/p1)',
      '',
      '**Resolved**: 1 of 1 checks are healthy.',
      '',
      '#### backend',
      '',
      '- Revision `backend-r42-k3f9ab`',
      '- Traffic `backend-r42-k3f9ab 100 %`',
      '- URL [https:\u2060//backend.example](https://backend.example)',
      `- Image \`${results.build.image}\``,
      '- [x] GET /health: healthy, 20 of 20, p95 12 ms',
    ]);
    expect(text.startsWith(markerOf(operation))).toBe(true);
  });

  it('tells what failed, why, and what to do', () => {
    const cause = "NameError: name 'x' is not defined";
    const failed = until(
      ...broken('prove', 'CANDIDATE_UNHEALTHY', { cause, evidence: ['HTTP 403'] }),
      end('failed'),
    );
    const text = commentOf(failed, undefined);
    expect(text).toContain('**Not resolved**: it ended as failed.');
    expect(text).toContain(`**Cause**: \`${cause}\``);
    expect(text).toContain('- `HTTP 403`');
    expect(text).toContain('**Next**: ');
  });

  it('mentions nobody, refers to nothing and ends no comment, whatever it is told', () => {
    const nasty =
      '@everyone #1 org/repo#2 --> <img src=x> [x](http://evil.example) `code` GH-3 www.evil.example';
    for (const [name, operation] of Object.entries(stories(everywhere(nasty)))) {
      const text = commentOf(operation, nasty);
      const outside = text.slice(text.indexOf('-->') + 3).replaceAll(/`[^`]*`/g, '');
      expect(outside, name).not.toMatch(
        /@everyone|#1|o#2|(?<!\\)<img|(?<!\\)-->|\]\(http:\/\/evil|:\/\/evil|GH-3|www\.e/,
      );
    }
  });

  it('is never longer than GitHub takes, and keeps its marker', () => {
    const evidence = Array.from({ length: 60 }, (_, index) => `${index} ${'€'.repeat(3_000)}`);
    const failed = until(...broken('prove', 'CANDIDATE_UNHEALTHY', { evidence, summary: '<'.repeat(9_000) }));
    const checks = Array.from({ length: 400 }, () => ({
      ...healthy,
      name: '*'.repeat(600),
      measured: '_'.repeat(600),
    }));
    const long = until(...done('prove', { url: '', record: recorded(...checks) }), ...rest, end('succeeded'));
    for (const operation of [failed, long]) {
      const text = commentOf(operation, undefined);
      expect(text.length).toBeLessThanOrEqual(65_536);
      expect(text.startsWith(markerOf(operation))).toBe(true);
    }
    expect(commentOf(long, undefined).endsWith('the rest is in Slack.')).toBe(true);
  });
});

describe('Markdown', () => {
  it('shows text from outside as it is', () => {
    expect(md('a*b_c <d> `e`')).toBe('a\\*b\\_c \\<d\\> \\`e\\`');
    expect(mdCode('a`b\nc')).toBe("`a'b c`");
    expect(mdLink('javascript:alert(1)', 'x')).toBe('`javascript:alert(1)`');
    expect(mdLink('https://x.example/a)b', 'x')).toBe('`https://x.example/a)b`');
  });
});
