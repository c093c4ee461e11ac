import { describe, expect, it } from 'vitest';
import type { GatheredEnvironment } from '../../src/domain/status.ts';
import { statusOf } from '../../src/domain/status.ts';
import { seen } from '../../src/domain/status/looked.ts';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { homeUnavailable, homeView } from '../../src/slack/messages/home.ts';
import { statusAnswer } from '../../src/slack/messages/status.ts';
import { began, begin, requested, started, told } from '../support/operations.ts';
import { alertFor, blindFor, gatheredEnvironment, gatheredService } from '../support/statuses.ts';

const hour = 3_600_000;
const lock = (text: string, until: number) =>
  seen({ by: 'U1', byName: text, reason: text, at: began, until });

/** An environment in which everything that can be told is this text. */
function environment(text: string, name = 'staging'): GatheredEnvironment {
  const operation = told(requested({ byName: text }), started, begin('build'));
  const hand = { by: 'U1', byName: text, at: began };
  return gatheredEnvironment({
    environment: name,
    lock: lock(text, began + hour),
    freezes: [{ reason: text, until: began + hour }],
    sight: seen(blindFor({ environment: text, services: [text], diagnoses: [text], url: text })),
    alerts: seen([
      alertFor({ environment: name, phase: 'acknowledged', acknowledged: hand }),
      alertFor({
        key: 'staging/backend/timeouts',
        environment: name,
        phase: 'snoozed',
        snoozed: { ...hand, until: began + hour },
      }),
    ]),
    services: [
      gatheredService({
        split: seen([
          { revision: text, percent: 90 },
          { revision: 'old', percent: 10 },
        ]),
        operation: seen(operation),
      }),
      gatheredService({
        service: 'auth',
        split: { kind: 'unknown', why: text },
        operation: { kind: 'unknown', why: text },
        validation: { kind: 'unknown', why: text },
      }),
    ],
  });
}

const mrkdwnOf = (blocks: readonly unknown[]): readonly string[] => {
  const found: string[] = [];
  JSON.stringify(blocks, (_key, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'mrkdwn')
      found.push((value as unknown as { text: string }).text);
    return value;
  });
  return found;
};

const nasty = [
  '<!channel>',
  '<@U1>',
  '<https://evil.example|backend.example>',
  '&'.repeat(5_000),
  '```<!here>```',
  'a\nb\u202e\u0000',
  '',
  '🚢'.repeat(3_000),
  'x'.repeat(100_000),
];

describe.each(nasty.map((text) => [text.slice(0, 20), text]))('%j from outside', (_, text) => {
  const status = statusOf([environment(text)]);

  it('rings for nobody and is what Slack takes', () => {
    const answer = statusAnswer(status, began + hour);
    const home = homeView(status).view;
    expect(validateBlocks(answer.blocks, 'message')).toEqual([]);
    expect(validateBlocks(home.blocks, 'home')).toEqual([]);
    expect(answer.text.length).toBeLessThanOrEqual(4_000);
    for (const mrkdwn of [answer.text, ...mrkdwnOf(answer.blocks), ...mrkdwnOf(home.blocks)]) {
      const marks = [...mrkdwn.matchAll(/<[^>]*>?/g)].map(([mark]) => mark);
      expect(marks.filter((mark) => !/^<(#C0DEPLOYS|!date\^\d+\^[^<]*)>$/.test(mark))).toEqual([]);
      expect(mrkdwn).not.toContain('\u202e');
    }
  });
});

describe('the answer', () => {
  it('tells in its text alone what the table shows', () => {
    const { text } = statusAnswer(statusOf([environment('developer')]), began + 2 * 60_000);
    expect(text).toContain('*Status* · 1 environment: 1 in trouble');
    expect(text).toContain(
      '*staging* · ✗ 1 unhealthy · 2 alerts · 1 operation under way · ? health of 1 unknown · ? prober blind',
    );
    expect(text).toContain('*Locked* by developer');
    expect(text).toContain('*Frozen* until');
    expect(text).toContain('backend · developer 90\u00a0%, old 10\u00a0% · ✗ unhealthy, an alert is open');
    expect(text).toContain('#42, deploy by developer, Build …, begun 1 m ago');
    expect(text).toContain('acknowledged by developer, since 2 m ago');
    expect(text).toContain('snoozed by developer until 2026-01-05 11:00 UTC');
    expect(text).toContain('auth · unknown: developer');
    expect(text).toMatch(/\*Next\* staging #42 goes on: follow it in <#C0DEPLOYS>\.$/);
  });

  it('has a next step for everything', () => {
    const well = gatheredService({
      round: seen({ at: began, tallies: { timeouts: { samples: 9, failures: 0 } }, blind: 0, diagnoses: [] }),
    });
    const next = (more: Partial<GatheredEnvironment>) =>
      statusAnswer(statusOf([gatheredEnvironment({ services: [well], ...more })]), began).text.split(
        '*Next* ',
      )[1];
    expect(next({})).toBe('Nothing needs you. `/deploy backend staging` deploys.');
    expect(next({ alerts: seen([alertFor()]) })).toContain(
      'Take the alert of backend: its thread in <#C0DEPLOYS>',
    );
    expect(next({ lock: lock('x', began) })).toContain('`/deploy unlock staging`');
    expect(next({ services: [{ ...well, split: seen(undefined) }] })).toContain(
      '`/deploy backend staging` creates',
    );
    expect(next({ services: [gatheredService()] })).toContain('`/validate staging`');
  });
});

describe('a prober that is blind', () => {
  const url = 'https://chat.example/archives/C0DEPLOYS/p1';
  const well = gatheredService({
    round: seen({ at: began, tallies: { timeouts: { samples: 9, failures: 0 } }, blind: 0, diagnoses: [] }),
  });
  const status = (sight: GatheredEnvironment['sight']) =>
    statusOf([gatheredEnvironment({ services: [well], sight })]);
  const told = (sight: GatheredEnvironment['sight']) => [
    statusAnswer(status(sight), began).text,
    mrkdwnOf(homeView(status(sight)).view.blocks).join('\n'),
  ];

  it('is told with since when, why, where and what to do, and nothing counts as well', () => {
    for (const text of told(seen(blindFor({ url })))) {
      expect(text).toContain('1 environment: 1 not fully known');
      expect(text).toContain('*staging* · ? prober blind\n');
      expect(text).toMatch(
        /\*The prober is blind\* to backend, auth since <!date\^1767607200\^[^>]*>: what is shown of that may be old, and nothing fires\. /,
      );
      expect(text).toContain(`<${url}|Its thread>.\n*Looks like* \`PROBER_DNS\` `);
      expect(text).toMatch(/\*Next\* (?!Nothing needs you)/);
    }
  });

  it('is told without a link or a reason where there are none', () => {
    for (const text of told(seen(blindFor({ diagnoses: [] })))) {
      expect(text).toContain('Its thread is in <#C0DEPLOYS>.');
      expect(text).not.toContain('*Looks like*');
      expect(text).toContain('*Next* The log of the worker says what keeps it from looking.');
    }
  });

  it('is not told of one that sees, and what cannot be read is unknown', () => {
    for (const text of told(seen(undefined))) expect(text).toContain('*staging* · ✓ all healthy');
    for (const text of told({ kind: 'unknown', why: 'it did not answer' })) {
      expect(text).toContain('*Prober* unknown: it did not answer');
      expect(text).toContain('1 not fully known');
      expect(text).toContain('*Next* Ask again in a minute: it did not answer.');
    }
  });

  it('does not hide what users feel', () => {
    const gathered = gatheredEnvironment({
      services: [well],
      sight: seen(blindFor()),
      alerts: seen([alertFor()]),
    });
    const { text } = statusAnswer(statusOf([gathered]), began);
    expect(text).toContain('1 in trouble');
    expect(text).toContain('*Next* Take the alert of backend');
    expect(text).toContain('*The prober is blind*');
  });
});

const many = (count: number, services: number): readonly GatheredEnvironment[] =>
  Array.from({ length: count }, (_, index) =>
    gatheredEnvironment({
      environment: `environment-${index}`,
      services: Array.from({ length: services }, (__, service) =>
        gatheredService({ service: `service-${service}` }),
      ),
      alerts: seen(
        index === count - 1 ? [alertFor({ environment: `environment-${index}`, service: 'service-0' })] : [],
      ),
    }),
  );

describe.each([
  [100, 3],
  [3, 400],
  [40, 20],
  [1, 400],
])('%i environments of %i services', (count, services) => {
  const status = statusOf(many(count, services));
  const captions = (blocks: readonly object[]) =>
    blocks.flatMap((block) => ('caption' in block ? [String(block.caption)] : []));

  it('fit into what Slack takes, those in trouble first, and none is left out', () => {
    const { text, blocks } = statusAnswer(status, began);
    const home = homeView(status).view;
    expect(validateBlocks(blocks, 'message')).toEqual([]);
    expect(validateBlocks(home.blocks, 'home')).toEqual([]);
    expect(text.length).toBeLessThanOrEqual(4_000);
    expect(text).toContain(`*environment-${count - 1}* · ✗ 1 unhealthy`);
    expect(JSON.stringify(home).length).toBeLessThan(250_000);
    for (const shown of [blocks, home.blocks]) {
      expect(captions(shown)).toContain(`Services of environment-${count - 1}`);
      const rest = JSON.stringify(shown).match(/\*(\d+) more\*/)?.[1] ?? '0';
      expect(captions(shown).length + Number(rest)).toBe(count);
    }
  });
});

describe('the Home tab', () => {
  it('has the same hash for the same status, which rides in the view', () => {
    const status = () => statusOf([environment('developer')]);
    const { view, hash } = homeView(status());
    expect(homeView(status())).toEqual({ view, hash });
    expect(view.private_metadata).toBe(hash);
    expect(homeView(statusOf([environment('reviewer')])).hash).not.toBe(hash);
  });

  it('says so when nothing is known', () => {
    const view = homeUnavailable();
    expect(validateBlocks(view.blocks, 'home')).toEqual([]);
    expect(JSON.stringify(view)).toContain('not known now');
  });
});
