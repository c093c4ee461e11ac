import path from 'node:path';
import { describe, expect, vi } from 'vitest';
import { changing, withoutValidation } from '../support/example.ts';
import { quick } from '../support/quick.ts';
import { storyIn } from '../support/story.ts';
import { patience, type World } from '../support/world.ts';

const github = { token: '${env:GITHUB_TOKEN}', apiUrl: '${env:GITHUB_API_URL}', repository: 'example/chat' };
const withGithub = changing((file) => Object.assign(file, { github }));
const config = (yaml: string) => withGithub(withoutValidation(yaml));
const program = path.resolve(import.meta.dirname, '../support/suite-program.mjs');
/** A suite of which no test fails. */
const e2e = { command: [process.execPath, program, '/dev/null'], report: { junit: 'stdout' } };
const withSuite = changing((file) => Object.assign(file, { suites: { e2e } }));

const story = storyIn({ config, running: ['bot'] });
const roundsStory = storyIn({ config: (yaml) => withSuite(config(yaml)), running: ['bot'] });
const validateStory = storyIn({ config: (yaml) => withGithub(quick(yaml)) });
const comments = ({ github: { repository } }: World) => repository.issue(128)!.comments;

/** Waits for the report that says what became of the comment. */
const reported = (world: World) =>
  world.until(() => {
    const text = world.thread('staging-1').text('report');
    return text.includes('Commented on #128') ? text : undefined;
  });

/** Types it, and kills the worker when the comment is there and slipway has not heard so. @returns the report */
async function killedAfterComment(world: World, command: string): Promise<string> {
  const release = world.github.faults.hold('after');
  const first = await world.start('worker');
  await world.type(command);
  await vi.waitUntil(() => world.github.faults.held() === 1, patience);
  expect(comments(world)).toHaveLength(1);
  await first.killed();
  release();
  await world.start('worker');
  return reported(world);
}

describe.concurrent('a deploy about an issue', () => {
  story(
    'comments there once, also when the worker is killed between the comment and its note',
    async ({ world }) => {
      const report = await killedAfterComment(world, '/deploy backend staging ref:heavy-image issue:128');
      expect(comments(world)).toHaveLength(1);
      const { body, id } = comments(world)[0]!;
      const url = `${world.github.url}/example/chat/issues/128`;
      expect(report).toContain(`<${url}#issuecomment-${id}|Commented on #128>`);
      expect(world.thread('staging-1').text('root')).toContain(`issue <${url}|#128>`);
      expect(body).toMatch(/^<!-- slipway: staging-1 \w{6} -->\n### Deploy backend to staging: succeeded\n/);
      expect(body).toContain('**Not shown to be resolved**: no validation is configured beyond health.');

      // What the container was and is stands where people look, in Slack and in the comment.
      const image = 'image 150 → 350 MB';
      for (const text of [report, world.thread('staging-1').text('candidate'), body])
        expect(text).toContain(image);
      expect(report).toMatch(/starts in \d+\.\d → \d+\.\d s · 512 MiB · 1 CPU .* about \$\d+ a month/);
      expect(report).toContain('its use of the last 30 days');
    },
  );
});

describe.concurrent('rounds about an issue', () => {
  roundsStory(
    'comment there once at their end, also when the worker is killed between the comment and its note',
    async ({ world }) => {
      const report = await killedAfterComment(world, '/rounds start backend staging suites:e2e issue:128');
      const [comment, ...others] = comments(world);
      // Neither a second one, nor one of the round.
      expect(others).toEqual([]);
      const url = `${world.github.url}/example/chat/issues/128`;
      expect(report).toContain(`*Issue* <${url}|#128> resolved: all suites passed in round 1`);
      expect(world.thread('staging-1').text('root')).toContain(`issue <${url}|#128>`);
      expect(comment?.body).toMatch(/^<!-- slipway: staging-1 \w{6} -->\n### Rounds of backend in staging: /);
      expect(comment?.body).toContain('- [x] Round 1, `main`: 10 of 10 modules, 20 tests passed, 0 failed');
    },
  );
});

describe.concurrent('a validation about an issue', () => {
  validateStory('comments there with its checks', async ({ world }) => {
    const refused = await world.asked('/validate backend staging issue:none');
    expect(refused.text).toContain('“none” is not the number of an issue, such as issue:128.');
    await world.type('/validate backend staging issue:128');
    const report = await reported(world);
    const [comment, ...others] = comments(world);
    expect(others).toEqual([]);
    expect(comment?.body).toContain('### Validate backend in staging: ');
    expect(comment?.body).toContain('- [x] /ws handshake: healthy');
    // A prober that was late itself says so, and that is no proof.
    const resolved = world.thread('staging-1').state === 'succeeded';
    expect(comment?.body).toContain(resolved ? '**Resolved**: ' : '**Not resolved**: ');
    expect(report).toContain(resolved ? '|#128> resolved: ' : '|#128> not resolved: ');

    // Nothing is configured of it beyond its health.
    await world.type('/validate auth staging issue:128');
    const second = await world.until(() => comments(world)[1]);
    expect(second.body).toMatch(
      /\*\*(Not shown to be resolved\*\*: no validation|Not resolved\*\*: the check .* is inconclusive)/,
    );
  });
});
