import { describe, expect } from 'vitest';
import { changing } from '../support/example.ts';
import { storyIn } from '../support/story.ts';
import { deploys, people, withoutValidation } from '../support/world.ts';

const trigger = { name: 'chat-infrastructure', objects: 'gs://chat-terraform/slipway' };
/** One look is enough where nothing is between users and the services. */
const byTrigger = (yaml: string): string =>
  changing(({ environments }) => {
    const { staging } = environments;
    if (staging === undefined) throw new Error('The example has no staging');
    staging.infrastructure = {
      trigger,
      approval: 'always',
      propagation: { times: 1 },
      outputs: { timeout_sec: 86_400 },
    };
  })(withoutValidation(yaml));

const story = storyIn({ config: byTrigger });

describe('infrastructure by builds of a trigger', { timeout: 180_000 }, () => {
  story('is planned, approved, applied as it was planned, and seen in its outputs', async ({ world }) => {
    await world.type('/deploy infrastructure staging');
    const { ts } = await world.approvalAsked('staging-1');
    const { main } = world.terraform.commits;
    expect(world.thread('staging-1').text('lint')).toContain(main.slice(0, 12));
    expect(world.thread('staging-1').text('lint')).toContain('Cloud Build trigger chat-infrastructure');
    expect(world.thread('staging-1').text('plan')).toContain('`timeout_sec` `30` → `86400`');
    expect(world.terraform.state('staging').outputs['timeout_sec']?.value).toBe(30);
    const click = { channel: deploys, ts, actionId: 'approve', stale: true };
    await world.slack.click({ user: people.reviewer, ...click });
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.order).toEqual(['lint', 'plan', 'approval', 'apply', 'propagate', 'outputs', 'report']);
    expect(thread.text('apply')).toContain('`google_compute_backend_service.chat`');
    expect(thread.text('outputs')).toContain('1 of them compared and as wanted');
    expect(world.terraform.state('staging').outputs['timeout_sec']?.value).toBe(86_400);
    expect(world.cloud.builds().map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    expect(JSON.stringify(world.slack.messages(deploys))).not.toContain('hush-4711');
  });
});
