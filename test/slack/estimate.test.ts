import { describe, expect, it } from 'vitest';
import type { Estimates } from '../../src/domain/usual.ts';
import { deployPlan } from '../../src/domain/plan.ts';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { accepted } from '../../src/slack/messages/private.ts';
import { planAnswer } from '../../src/slack/messages/plan.ts';
import { report } from '../../src/slack/messages/report.ts';
import { root } from '../../src/slack/messages/root.ts';
import { tasksOf } from '../../src/slack/messages/tasks.ts';
import {
  allDone,
  asked,
  began,
  begin,
  clicked,
  done,
  end,
  guarded,
  requested,
  started,
  told,
  type Untimed,
} from '../support/operations.ts';

const names = deployPlan({ approval: false });
const usual = { median: 10_000, p90: 25_000, samples: 12 };
const estimates: Estimates = {
  whole: { median: 240_000, p90: 360_000, samples: 12 },
  steps: Object.fromEntries(names.map((name) => [name, usual])),
};
const estimated: Untimed = { type: 'estimated', estimates };
const words = 'usually 4 m, at most 6 m in 9 of 10 (the last 12)';
const titles = (...events: readonly Untimed[]) =>
  tasksOf(told(requested(), ...events)).map(({ title }) => title);

describe('how long it takes', () => {
  it('stands in the root with the probable end, and only while it runs', () => {
    const running = root(told(requested(), started, estimated, ...allDone('preflight'), begin('build')));
    expect(running.text).toContain(`by developer · ${words} · probably done at <!date^`);
    const at = (began + 5_000 + (names.length - 1) * 10_000) / 1_000;
    expect(running.text).toContain(`<!date^${at}^`);
    expect(validateBlocks(running.blocks, 'message')).toEqual([]);
    expect(root(told(requested(), started, begin('preflight'))).text).not.toMatch(/usually|probably/);
    const over = root(told(requested(), started, estimated, ...allDone(...names), end('succeeded')));
    expect(over.text + JSON.stringify(over.blocks)).not.toMatch(/usually|probably/);
  });

  it('stands at the steps that are not over', () => {
    expect(titles(started, estimated, ...allDone('preflight'), begin('build')).slice(0, 3)).toEqual([
      'Preflight · 1 s',
      'Build · usually 10 s',
      'Candidate · usually 10 s',
    ]);
    expect(titles(started, begin('preflight'))[0]).toBe('Preflight');
    const late: Untimed = { type: 'step-late', step: 'preflight' };
    expect(titles(started, estimated, begin('preflight'), late)[0]).toBe(
      'Preflight · usually 10 s, and it was over by 25 s in 9 of 10',
    );
    const [, ended] = done('preflight');
    expect(titles(started, estimated, begin('preflight'), late, ended!)[0]).toBe('Preflight · 2 s');
  });

  it('is compared with what it took in the report, without what people took', () => {
    const whole = told(
      guarded,
      started,
      estimated,
      ...allDone('preflight', 'build'),
      begin('approval'),
      asked(),
      clicked('approved'),
      ...done('approval').slice(1),
      ...allDone('candidate', 'prove', 'shift', 'verify'),
      end('succeeded'),
    );
    expect(report(whole).text).toContain(
      `*Time* expected 4 m → took 15 s, without 3 s for the approval; ${words}`,
    );
    const unknown = told(requested(), started, ...allDone(...names), end('succeeded'));
    expect(report(unknown).text).not.toContain('*Time*');
  });

  it('is told to who asks for it, and in a plan', () => {
    expect(accepted('staging-42', 'C0', estimates.whole).text).toContain(`It takes ${words}.`);
    expect(accepted('staging-42', 'C0').text).not.toContain('usually');
    const planned = {
      service: 'backend',
      serving: 'x',
      changes: [],
      risks: [],
      steps: ['preflight', 'approval', 'build'] as const,
      after: [],
    };
    const request = { services: ['backend'], environment: 'staging', ref: 'main' } as const;
    const text = (known: Estimates | undefined) =>
      planAnswer({ request, services: [{ ...planned, estimates: known }], decision: undefined }).text;
    expect(text(estimates)).toContain('*Steps* Preflight (10 s) → Approval → Build (10 s)');
    expect(text(estimates)).toContain(`*Takes* ${words}`);
    expect(text(undefined)).toContain('*Steps* Preflight → Approval → Build');
    expect(text(undefined)).not.toContain('*Takes*');
  });

  it('tells who waits when the turn comes', () => {
    const queued: Untimed = { type: 'queued', behind: 'staging-41', position: 2 };
    expect(root(told(requested(), queued)).text).not.toContain('begins');
    const known = root(told(requested(), { ...queued, beginsAt: began + 90_000 }));
    expect(known.text).toContain(`begins probably at <!date^${(began + 90_000) / 1_000}^`);
  });
});
