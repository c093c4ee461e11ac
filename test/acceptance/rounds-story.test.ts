import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { actionsOf } from '../support/buttons.ts';
import { changing, reportsIn } from '../support/example.ts';
import { storyIn } from '../support/story.ts';
import { deploys, people, type World, withoutValidation, withRollout } from '../support/world.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-story-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The example, whose validation asks each thing once, and holds nothing; its reports are in a folder of the story. */
const quick = (yaml: string): string => {
  const { services } = parse(yaml) as { services: Record<string, { validation?: Record<string, unknown> }> };
  const { validation } = services['backend'] ?? {};
  const config = changing((example) => {
    const websocket = [{ path: '/ws', hold: '0s', connections: 0 }];
    Object.assign(example.services['backend'] ?? {}, { validation: { ...validation, websocket } });
    for (const { infrastructure } of Object.values(example.environments))
      Object.assign(infrastructure as object, { propagation: { times: 1 }, lockWait: '1s' });
  })(withRollout({ steps: [100], bake: '0s' })(yaml));
  return reportsIn(folder)(config);
};

/** What each mode of the program is answered with. */
const badSuites = {
  silent: 'SUITE_SILENT',
  'invalid-xml': 'SUITE_UNREADABLE',
  'no-report': 'SUITE_SILENT',
  noisy: 'SUITE_SILENT',
  'never-ends': 'SUITE_TIMED_OUT',
  'green-exit-red-report': 'SUITE_EXIT',
  'red-exit-green-report': 'SUITE_EXIT',
};

const withBadSuites = (yaml: string): string => {
  const program = path.resolve(import.meta.dirname, '../support/bad-suite.mjs');
  const suites = Object.keys(badSuites).map((mode) => {
    const timeout = mode === 'never-ends' ? '1s' : '1m';
    return [mode, { command: ['node', program, mode], report: { junit: 'stdout' }, timeout }];
  });
  return stringify({
    ...(parse(withoutValidation(yaml)) as object),
    suites: Object.fromEntries(suites) as object,
  });
};

describe.concurrent('the story of the team', { timeout: 240_000 }, () => {
  const story = storyIn({ config: quick });
  story('rounds lead from 8 of 10 modules to all of them', async ({ world }) => {
    await world.type('/rounds start backend staging suites:e2e build:local ref:ws-headers');
    const first = await between(world, 1);
    const red = world.thread('staging-1');
    expect(red.text('root')).toContain('waits after round 1: 8 of 10 modules green');
    expect(red.text('round-1')).toContain('*Tests* 36 passed, 5 failed');
    expect(red.text('round-1')).toContain(
      '*Finding* 5 tests: InvalidStatus: server rejected WebSocket connection: HTTP 403',
    );
    expect(red.text('round-1')).toContain('&gt;     const talk = await staging.connect');

    await world.docker.daemon(false);
    await deployNext(world, first.ts, 'fix/headers');
    const second = await between(world, 2);
    const blocked = world.thread('staging-1').text('round-2');
    expect(blocked).toContain('*1. Docker daemon*');
    expect(blocked).toMatch(/\*Evidence\* `.*Cannot connect to the Docker daemon at unix:/);
    expect(blocked).toContain('*Ready* ');
    expect(blocked).toContain('*Traffic* untouched');

    await world.docker.daemon(true);
    await world.type('/deploy infrastructure staging');
    const changed = await world.ended('staging-4');
    expect(changed.text('plan')).toContain('`timeout_sec` `30` → `86400`');
    expect(changed.state).toBe('succeeded');

    await deployNext(world, second.ts, 'fix/headers');
    const end = await world.ended('staging-1');
    expect(end.order).toEqual(['round-1', 'round-2', 'round-3', 'report']);
    expect(end.text('round-3')).toContain('8 of 10 → 10 of 10 green');
    expect(end.text('round-3')).toContain('*Newly fixed* 5');
    const report = end.text('report');
    expect(report).toContain('all green after 3 rounds');
    expect(report).toContain('✓ All tests of e2e pass: 10 of 10 modules, 41 of 41 tests in round 3');
    expect(report).toMatch(/✓ \/ws handshake: at least 95 % of handshakes within 2000 ms: \d+ of \d+/);
    expect(report).not.toMatch(/^[✗?]/m);
    expect(report).toMatch(
      /\*Revision\* `(backend-r5-\w+)`, before backend-r2-\w+ 100 %\n\*Traffic\* \1 100 %/,
    );
    expect(report).toContain('*Health* ✓ GET /health: healthy');
    expect(report).toMatch(/• image: `\w+` → `\w+`/);
    expect(end.state).toBe('succeeded');
    expect(world.docker.builds()).toBe(2);
  });

  const bad = storyIn({ config: withBadSuites });
  bad('each bad suite gets one clear answer', async ({ world }) => {
    await world.type('/validate backend staging suites');
    const end = await world.ended('staging-1');
    expect(end.state).toBe('failed');
    for (const [mode, code] of Object.entries(badSuites))
      expect(end.text('suites')).toMatch(new RegExp(`✗ \\*${mode}: .*\`${code}\``));
  });
});

/** Waits until rounds wait for a person, after so many, and have told of the last one. */
const between = (world: World, rounds: number) =>
  world.until(() => {
    const thread = world.thread('staging-1');
    const [root] = thread.roots;
    if (root?.text.includes(`waits after round ${rounds}:`) !== true) return undefined;
    // While it is under way it has tasks of its own.
    const reply = thread.replies[rounds - 1];
    const told = reply?.blocks.every(({ type }) => type !== 'plan') === true;
    return told && actionsOf(root).includes('round-deploy') ? root : undefined;
  });

/** Clicks, and gives the window the ref. */
async function deployNext(world: World, ts: string, ref: string): Promise<void> {
  const user = people.developer;
  await world.slack.click({ user, channel: deploys, ts, actionId: 'round-deploy' });
  const view = await world.until(() => world.slack.modals().find((each) => each.user === user));
  const values = { ref: { text: { type: 'plain_text_input', value: ref } } };
  await world.slack.submit({ user, viewId: view.id, values });
}
