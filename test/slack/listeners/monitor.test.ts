import { describe, expect, it, vi } from 'vitest';
import type { Blindness } from '../../../src/domain/monitor/sight.ts';
import { onlyOperators, office, useAlertOffice } from '../../support/alert-office.ts';
import { acknowledged, after, measured } from '../../support/alerts.ts';
import { began } from '../../support/operations.ts';
import { blindFor } from '../../support/statuses.ts';

const { key, channel, now } = office;
const at = useAlertOffice();

const type = (text: string, user = 'U0DEVELOPER') =>
  at().answered(() => at().slack.command({ user, channel, text }));

describe('/monitor', () => {
  it('starts for a time, and stops', async () => {
    await at().listen();
    expect((await type('/monitor staging for 10m')).text).toContain('*staging is watched* until');
    expect(at().said[0]).toMatchObject({
      environment: 'staging',
      type: 'started',
      byName: 'developer',
      until: now + 600_000,
    });
    expect((await type('/monitor staging stop')).text).toContain('*staging is not watched any more*');
    expect(at().said[1]).toMatchObject({ type: 'stopped' });
    await vi.waitUntil(() => at().homes === 2);
  });

  it('is for those who deploy there; everybody sees the status', async () => {
    await at().listen(onlyOperators);
    expect((await type('/monitor staging stop', 'U0GUEST')).text).toContain(
      'You may not stop the monitor of staging',
    );
    expect(at().said).toEqual([]);
    expect((await type('/monitor staging', 'U0GUEST')).text).toContain(
      '*staging is not watched, as configured*',
    );
  });

  it('says what was measured, by which rules, what fires and what to do', async () => {
    await at().listen();
    at().watching = { on: true, byName: 'operator', at: began, until: after(60) };
    at().alerts.fire();
    at().alerts.append(key, acknowledged());
    at().alerts.fire({ service: 'auth', symptom: 'timeouts', measured: measured(0.1) });
    const tallies = {
      connectionFailures: { samples: 20, failures: 1 },
      serverErrors: { samples: 10, failures: 1 },
    };
    at().rounds = [{ at: now - 8_000, tallies, http: { p50: 12, p95: 48 }, blind: 0, diagnoses: [] }];
    const { text, blocks } = await type('/monitor staging');
    expect(text).toContain('*staging is watched each 10 s, by operator until');
    expect(text).toContain(
      'backend · Last round 8 s ago · Available, 1 h 90 % of 20 · HTTP p50 / p95 12 ms / 48 ms',
    );
    expect(text).toContain(
      '• HTTP 5xx over 20 % above what was usual: takes back a deploy that ended just before, else pages operations',
    );
    expect(text).toContain('*Open alerts* 2');
    expect(text).toContain('• HTTP 5xx of backend: *acknowledged* by reviewer');
    expect(text).toContain('*Next* Read the threads of what fires');
    expect(blocks.map(({ type: kind }) => kind)).toEqual(['section', 'table', 'section', 'actions']);
  });

  it('says when rounds do not come', async () => {
    await at().listen();
    at().watching = { on: true };
    expect((await type('/monitor staging')).text).toContain(
      '*Next* No round of backend, auth, frontend came lately',
    );
  });

  it('says that the prober is blind, since when, why and where that is told', async () => {
    await at().listen();
    at().watching = { on: true };
    at().blindness = blindFor({ services: ['backend'] });
    const { text, blocks } = await type('/monitor staging status');
    expect(text).toMatch(
      /\*The prober is blind\* to backend since <!date\^1767607200\^[^>]*>: what is shown of that may be old, and nothing fires\. Its thread is in <#C0DEPLOYS>\.\n\*Looks like\* `PROBER_DNS` /,
    );
    expect(text).not.toContain('No round of');
    expect(JSON.stringify(blocks[0])).toContain('*The prober is blind*');
    const url = 'https://chat.example/archives/C0DEPLOYS/p1';
    at().links[`sight:staging#${began}`] = url;
    expect((await type('/monitor staging')).text).toContain(`<${url}|Its thread>.`);
    expect((await type('/deploy status staging')).text).toContain('*The prober is blind* to backend');
  });

  it.each<[string, Partial<Blindness>, boolean]>([
    ['sees again', { endedAt: now }, true],
    ['is told to look no more', {}, false],
  ])('says nothing of a prober that %s', async (_what, more, on) => {
    await at().listen();
    at().watching = { on };
    at().blindness = blindFor(more);
    expect((await type('/monitor staging')).text).not.toContain('prober');
  });

  it.each([
    ['/monitor', '*Watch an environment*'],
    ['/monitor help', 'slipway asks what users reach'],
    [
      '/monitor moon',
      'There is no environment “moon”. Environments: staging, production. `UNKNOWN_ENVIRONMENT`',
    ],
    ['/monitor start staging', 'The environment comes first: /monitor staging start.'],
    ['/monitor staging watch', 'I do not know what to do with “watch”: it is start, stop, status or for.'],
    ['/monitor staging for', 'Nothing is no time such as 10m or 2h.'],
    ['/monitor staging for ever', '“ever” is no time such as 10m or 2h.'],
    ['/monitor staging start for 1s', 'A monitor runs from 1m to 30d; I read “1s”.'],
    ['/monitor staging stop for 10m', 'Only start takes a time; I read “stop for”.'],
    ['/monitor staging start 10m', 'I do not know what to do with “10m”.'],
    ['/monitor staging for 10m 20m', 'I do not know what to do with “20m”.'],
    ['/monitor staging ref:main', 'There is no option “ref:main”.'],
  ])('%j: %s', async (text, expected) => {
    await at().listen();
    const answer = await type(text);
    expect(answer.text).toContain(expected);
    expect(answer.text).toContain('/monitor staging start for 10m');
    expect(at().said).toEqual([]);
  });
});

describe('Show charts here', () => {
  const status = async () => {
    at().watching = { on: true };
    return type('/monitor staging');
  };
  const charts = () =>
    vi.waitFor(() => {
      const posted = at()
        .slack.messages(channel)
        .find(({ text }) => text.includes('as it is watched'));
      if (posted === undefined) throw new Error('nothing is posted yet');
      return posted;
    }, 20_000);
  const show = async (user = 'U0GUEST') => {
    const { ts } = await type('/monitor staging', user);
    await at().slack.click({ user, channel, ts, actionId: 'monitor_charts' });
  };

  it('tells the channel of the last hour of each service, in words and drawn', async () => {
    await at().listen();
    const tallies = { connectionFailures: { samples: 20, failures: 1 } };
    at().rounds = [{ at: now - 600_000, tallies, http: { p50: 12, p95: 48 }, blind: 0, diagnoses: [] }];
    await status();
    await show();
    const { text, blocks } = await charts();
    expect(text.split('\n')).toEqual([
      '*staging as it is watched*, asked for by guest',
      ...['backend', 'auth', 'frontend'].map(
        (service) =>
          `• ${service}, last hour: 95 % of 20 samples available, HTTP p95 48 ms; no data before 09:55 UTC`,
      ),
    ]);
    expect(blocks.map((block) => block.type)).toEqual(['section', 'image', 'image', 'image']);
  }, 30_000);

  it('draws nothing of what was not measured, and says so', async () => {
    await at().listen();
    await show();
    const { text, blocks } = await charts();
    expect(text).toContain('• backend, last hour: nothing was measured');
    expect(blocks.map((block) => block.type)).toEqual(['section']);
    expect(
      at()
        .slack.calls()
        .some(({ method }) => method.startsWith('files.')),
    ).toBe(false);
  });

  it('says in private when Slack does not take them', async () => {
    await at().listen();
    const { ts } = await type('/monitor staging');
    at().slack.faults.fail('chat.postMessage', 'error-5xx', 10);
    const answer = await at().answered(() =>
      at().slack.click({ user: 'U0DEVELOPER', channel, ts, actionId: 'monitor_charts' }),
    );
    expect(answer.text).toContain('*Not shown* Slack did not take the charts');
  }, 30_000);
});
