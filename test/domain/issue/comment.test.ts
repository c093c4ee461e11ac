import { describe, expect, it } from 'vitest';
import { commentOf, markerOf } from '../../../src/domain/issue/comment.ts';
import { md, mdCode, mdLink } from '../../../src/domain/issue/markdown.ts';
import { finished, rest, until, validate, validation } from '../../support/issues.ts';
import { broken, done, end, healthy, recorded, results, started, told } from '../../support/operations.ts';
import {
  deployWith,
  failedTest,
  green as roundGreen,
  idOf,
  suiteRun,
  summary,
} from '../../support/rounds.ts';
import { everywhere, stories } from '../../support/stories.ts';

describe('a comment on an issue', () => {
  it('is the report, behind a marker that nobody sees', () => {
    const operation = until(...done('prove'), ...rest, end('succeeded'));
    const text = commentOf(operation, { thread: 'https://chat.slack.com/archives/C0DEPLOYS/p1' });
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
    const text = commentOf(failed);
    expect(text).toContain('**Not resolved**: it ended as failed.');
    expect(text).toContain(`**Cause**: \`${cause}\``);
    expect(text).toContain('- `HTTP 403`');
    expect(text).toContain('**Next**: ');
  });

  it('of rounds tells each of them, and who serves after the last one', () => {
    const children = [deployWith([suiteRun([idOf(1)])], 43), deployWith([suiteRun()], 44)];
    const text = commentOf(finished([summary(), roundGreen], 'green'), { children });
    expect(text.split('\n').slice(1, 14)).toEqual([
      '### Rounds of backend in staging: succeeded',
      '',
      'staging #42 · suites `e2e` · by developer',
      '',
      '**Resolved**: all suites passed in round 2.',
      '',
      '#### Rounds',
      '',
      '- [ ] Round 1, `main`: 8 of 10 modules, 8 tests passed, 2 failed',
      '- [x] Round 2, `main`: 10 of 10 modules, 10 tests passed, 0 failed',
      '- [x] All tests of e2e pass: 10 of 10 modules, 10 of 10 tests in round 2',
      '',
      '#### backend',
    ]);
    expect(text).toContain(`- Image \`${results.build.image}\``);
    expect(text).toContain('#### Changed\n\n- backend memory: `512Mi` → `1Gi`');
    expect(text).not.toContain('#### Failing');
    expect(text).not.toContain('e2e: 9 of 10');
  });

  it('of rounds that were not green tells what fails', () => {
    const text = commentOf(finished([summary()], 'stalled'));
    expect(text).toContain('**Not resolved**: no round was green.');
    expect(text).toContain(
      '#### Failing\n\n- `HTTP 403 at upgrade`: `test_1 › connects`, `test_3 › connects`',
    );
  });

  it('of a validation tells its checks', () => {
    const services = [validation()];
    const text = commentOf(told(validate, started, ...done('validate', { services }), end('succeeded')));
    expect(text).toContain('### Validate backend in staging: succeeded');
    expect(text).toContain('#### backend\n\n- [x] GET /health: healthy, 20 of 20, p95 12 ms');
  });

  it('mentions nobody, refers to nothing and ends no comment, whatever it is told', () => {
    const nasty =
      '@everyone #1 org/repo#2 --> <img src=x> [x](http://evil.example) `code` GH-3 www.evil.example';
    const bad = summary({
      code: nasty,
      findings: [{ cause: nasty, tests: Array.from({ length: 9 }, () => nasty), excerpt: nasty }],
    });
    const child = deployWith([suiteRun([failedTest(nasty)])]);
    const told = { ...stories(everywhere(nasty)), rounds: finished([bad], 'stalled') };
    for (const [name, operation] of Object.entries(told)) {
      const text = commentOf(operation, { thread: nasty, children: [child] });
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
      const text = commentOf(operation);
      expect(text.length).toBeLessThanOrEqual(65_536);
      expect(text.startsWith(markerOf(operation))).toBe(true);
    }
    expect(commentOf(long).endsWith('the rest is in Slack.')).toBe(true);
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
