import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StoredMessage } from '../../src/sandbox/slack/index.ts';
import { slipway } from '../support/command-line.ts';
import { changedConfig, changing, withoutValidation } from '../support/example.ts';
import { storyIn } from '../support/story.ts';
import { deploys, people, type World } from '../support/world.ts';

/** The example with a template for backend, and more of it in production. */
const withTemplate = (yaml: string): string =>
  changing(({ services, environments }) => {
    Object.assign(services['backend']!, {
      template: { env: { LOG_LEVEL: 'debug', FEATURE_VOICE: 'on' }, memory: '1Gi' },
    });
    Object.assign(environments['production']!, {
      templates: { backend: { env: { SERVICE_NAME: null }, concurrency: 40, minInstances: 1 } },
    });
  })(withoutValidation(yaml));

const story = storyIn({ config: withTemplate });

const approve = (world: World, { ts }: StoredMessage) =>
  world.slack.click({ user: people.reviewer, channel: deploys, ts, actionId: 'approve' });

const backend = 'chat-production/backend';
const newest = (world: World, name = backend) => world.cloud.revisions(name).at(-1)!;

describe.concurrent('what a deploy changes', () => {
  story('is shown, approved, and then is so in Cloud Run', async ({ world }) => {
    await world.type('/deploy backend production');
    const root = await world.approvalAsked('production-1');
    const shown = world.thread('production-1').text('approval');
    expect(shown).toContain('*Changes* 8');
    expect(shown).toContain('• memory: `512Mi` → `1Gi`');
    expect(shown).toContain('• env LOG_LEVEL: changed');
    expect(shown).toContain('• env FEATURE_VOICE: added');
    expect(shown).toContain('• env SERVICE_NAME: removed');
    expect(shown).toContain('• concurrency: `80` → `40`');
    expect(shown).toContain('• min instances: `0` → `1`');
    expect(shown).toMatch(/• traffic: `backend-00136-\w+ 100 %` → `100 %`/);
    expect(shown).toContain('`ENV_REMOVED` code that reads SERVICE_NAME finds nothing');
    expect(shown.indexOf('*Risk*')).toBeLessThan(shown.indexOf('*Changes*'));
    expect(JSON.stringify([root, ...world.thread('production-1').replies])).not.toContain('debug');
    const { confirm } = (
      root.blocks.find((block) => block['block_id'] === 'decision') as unknown as {
        elements: { confirm: { text: { text: string } } }[];
      }
    ).elements[0]!;
    expect(confirm.text.text).toMatch(/^Risks: env removed, not validated\. .*8 changes: image, env/);

    await approve(world, root);
    expect((await world.ended('production-1')).state).toBe('succeeded');
    const { name, env, limits } = newest(world);
    expect(name).toMatch(/^backend-r1-/);
    expect(env).toEqual({ E2E_TEST_ENV: 'production', LOG_LEVEL: 'debug', FEATURE_VOICE: 'on' });
    expect(limits).toEqual({ cpu: '1', memory: '1Gi' });
    expect(world.cloud.service(backend)!.serving).toEqual({ [name]: 100 });
  });

  story('is asked for anew when somebody changes the service meanwhile', async ({ world }) => {
    await world.type('/deploy backend production');
    const root = await world.approvalAsked('production-1');
    const before = world.thread('production-1').text('approval');
    world.cloud.editEnv(backend, { HOTFIX: '1' });
    await approve(world, root);
    const again = await world.until(() => {
      const now = world.thread('production-1').text('approval');
      return now.startsWith('*Approval needed*') && now !== before ? now : undefined;
    });
    expect(again).toContain(
      'The approval by reviewer is void: the configuration of the service (env HOTFIX)',
    );
    expect(again).toContain('• env HOTFIX: added');
    expect(world.thread('production-1').order).not.toContain('candidate');
    expect(newest(world).env['FEATURE_VOICE']).toBeUndefined();
  });

  story('is told by a plan, which starts nothing', async ({ world }) => {
    const generation = world.cloud.service(backend)!.generation;
    const { text, user } = await world.asked('/deploy plan backend production ref:feature/voice');
    expect(user).toBe(people.developer);
    expect(text).toContain('• image: ');
    expect(text).toContain('`built from ref feature/voice`');
    expect(text).toContain('• memory: `512Mi` → `1Gi`');
    expect(text).toContain(
      '*Steps* Preflight → Build → Approval → Candidate → Prove → Shift traffic → Verify',
    );
    expect(text).toContain('*Gates* open.');
    expect(text).not.toContain('debug');
    expect(world.cloud.service(backend)!.generation).toBe(generation);
    expect(world.slack.messages(deploys)).toEqual([]);
    expect(world.cloud.builds()).toEqual([]);
  });

  story('cannot be planned while Google refuses, and the person is told', async ({ world }) => {
    world.cloud.faults.fail('GetService', 'PERMISSION_DENIED', 2);
    const { text } = await world.asked('/deploy plan backend production');
    expect(text).toContain('`PERMISSION_DENIED`');
    expect((await world.asked('/deploy history backend production')).text).toContain('PERMISSION_DENIED');
  });

  story('is in the history, with what others did by hand', async ({ world }) => {
    await world.type('/deploy backend staging');
    expect((await world.ended('staging-1')).state).toBe('succeeded');
    const commit = 'a'.repeat(40);
    const next = await world.asked(`/deploy plan backend staging ref:${commit}`);
    expect(next.text).toMatch(/• commits: `[0-9a-f]{7}\.\.aaaaaaa`/);

    world.cloud.editEnv('chat-staging/backend', { HOTFIX: '1' });
    const revisions = world.cloud.revisions('chat-staging/backend');
    const { text, blocks } = await world.asked('/deploy history backend staging');
    const [, hand, own, second, first, ...more] = text.split('\n');
    expect(more).toEqual([]);
    expect(revisions).toHaveLength(4);
    expect(hand).toMatch(
      /^by hand · `backend-00138-\w+` · .* · operator@example\.com · env HOTFIX · (starting|ready)$/,
    );
    expect(own).toMatch(
      /^staging #1 · `backend-r1-\w+` · .* · developer · image, env FEATURE_VOICE, env LOG_LEVEL, memory · serving 100 %$/,
    );
    expect(second).toMatch(
      /^by hand · `backend-00136-\w+` · 1 d · operator@example\.com · env E2E_OAUTH_SIMULATION_KEY, env E2E_TEST_ENV, env STAGING_E2E_TEST · ready$/,
    );
    expect(first).toMatch(/^by hand · `backend-00135-\w+` · 2 d · .* · – · ready$/);
    expect(blocks.map(({ type }) => type)).toEqual(['section', 'table']);

    const older = await world.asked('/deploy history backend staging before:00136');
    expect(older.text.split('\n').slice(1)).toEqual([first]);
    const gone = await world.asked('/deploy history backend staging before:00036');
    expect(gone.text).toContain('Cloud Run lists no revision 00036 of backend in staging');
    for (let more = 0; more < 8; more += 1)
      world.cloud.editEnv('chat-staging/backend', { HOTFIX: String(more) });
    const long = await world.asked('/deploy history backend staging');
    const last = world.cloud.revisions('chat-staging/backend').at(-10)!.name;
    expect(long.text).toContain(`Older: \`/deploy history backend staging before:${last}\``);
    expect(long.blocks.map(({ type }) => type)).toEqual(['section', 'table', 'section']);
  });
});

test('a template that is wrong is refused by slipway check with its place', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-check-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = changedConfig(folder, (yaml) =>
    yaml.replace(
      '  auth:\n',
      '    template: { memory: 1GB, secrets: { DB_URL: "postgres://user:hunter2@db" } }\n  auth:\n',
    ),
  );
  const { code, output } = await slipway(['check', file]);
  expect(code).toBe(2);
  expect(output).toContain(
    'services.backend.template.memory: expected memory from 128Mi to 32Gi such as 512Mi or 2Gi, found "1GB"',
  );
  expect(output).toMatch(/slipway\.yaml:\d+:\d+: services\.backend\.template\.secrets\.DB_URL: /);
  expect(output).not.toContain('hunter2');
});
