import { describe, expect, vi } from 'vitest';
import { changing, withoutValidation } from '../support/example.ts';
import { storyIn } from '../support/story.ts';
import { patience, type World } from '../support/world.ts';

const github = { token: '${env:GITHUB_TOKEN}', apiUrl: '${env:GITHUB_API_URL}', repository: 'example/chat' };
const config = (yaml: string) => changing((file) => Object.assign(file, { github }))(withoutValidation(yaml));

const story = storyIn({ config, running: ['bot'] });
const comments = ({ github: { repository } }: World) => repository.issue(128)!.comments;

describe.concurrent('a deploy about an issue', () => {
  story(
    'comments there once, also when the worker is killed between the comment and its note',
    async ({ world }) => {
      const release = world.github.faults.hold('after');
      const first = await world.start('worker');
      await world.type('/deploy backend staging ref:heavy-image issue:128');
      // The comment is there, and slipway has not heard so.
      await vi.waitUntil(() => world.github.faults.held() === 1, patience);
      expect(comments(world)).toHaveLength(1);
      await first.killed();
      release();
      await world.start('worker');
      const report = await world.until(() => {
        const text = world.thread('staging-1').text('report');
        return text.includes('Commented on #128') ? text : undefined;
      });
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
