import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Quarantine } from '../../src/ledger/quarantine.ts';
import { actionsOf } from '../support/buttons.ts';
import { changing, withoutValidation } from '../support/example.ts';
import { type Loopback, loopback } from '../support/loopback.ts';
import { deploys, patience, people, startWorld, type World } from '../support/world.ts';

const service = 'chat-staging/backend';

/** Users come through this load balancer, and deploys of production belong to a group. */
const behind = (front: string) => (yaml: string) =>
  changing(({ environments: { staging, production } }) => {
    Object.assign(staging!, { loadBalancer: { urls: { backend: front } } });
    Object.assign(production!, { roles: { deploy: ['S0APPROVERS'] }, channel: 'C0RELEASES' });
  })(withoutValidation(yaml));

describe('an image in quarantine', () => {
  let world: World;
  let front: Loopback;
  /** What the load balancer answers. */
  let answers = 503;
  beforeAll(async () => {
    front = await loopback((_request, response) => response.writeHead(answers).end());
    world = await startWorld({ config: behind(front.url) });
    await world.start('start');
  });
  afterAll(async () => {
    await world.stop();
    await front.stop();
  });

  const retry = async (operation: string) => {
    const root = await world.until(() => {
      const [seen] = world.thread(operation).roots;
      return seen !== undefined && actionsOf(seen).includes('retry') ? seen : undefined;
    });
    const click = { user: people.developer, channel: deploys, ts: root.ts, actionId: 'retry' };
    return world.answered(people.developer, () => world.slack.click(click));
  };
  /** The digest that a message names in short. */
  const digestIn = (text: string) => /sha256:[0-9a-f]{12}/.exec(text)?.[0] ?? '';

  it('was taken back from users', async () => {
    const before = world.cloud.service(service)!.serving;
    await world.type('/deploy backend staging');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('rolled-back');
    expect(thread.text('restore')).toContain('quarantine');
    expect(world.cloud.service(service)!.serving).toEqual(before);
  });

  it('is not deployed again, and who asks reads who may lift that and how', async () => {
    const refused = await retry('staging-1');
    expect(refused.text).toContain('This image of backend was taken back from users by staging-1');
    expect(refused.text).toContain('`QUARANTINED`');
    expect(refused.text).toMatch(/Anybody may lift it: \/deploy lift backend sha256:[0-9a-f]{12} /);
    expect(actionsOf(refused)).toEqual(['bypass']);
    expect(world.thread('staging-2').roots).toEqual([]);
  });

  it('is lifted by who may deploy it everywhere, with a reason that the channels read', async () => {
    const digest = digestIn((await retry('staging-1')).text);
    const lift = `/deploy lift backend ${digest} "the load balancer was to blame"`;
    expect((await world.asked(lift)).text).toContain('NOT_ALLOWED');
    expect((await retry('staging-1')).text).toContain('QUARANTINED');

    const lifted = await world.asked(lift, people.reviewer);
    expect(lifted.text).toContain('*Lifted*');
    for (const channel of [deploys, 'C0RELEASES']) {
      expect(lifted.text).toContain(`<#${channel}> is told`);
      const told = world.slack.messages(channel).filter(({ text }) => text.startsWith('*Quarantine lifted*'));
      expect(told.map(({ text }) => text)).toEqual([
        expect.stringContaining('by reviewer: “the load balancer was to blame”') as string,
      ]);
      expect(told[0]!.text).toContain(`\`${digest.replace('sha256:', '')}\` of backend`);
      expect(told[0]!.text).toContain('staging #1 had taken it back');
    }
    expect((await world.asked(lift, people.reviewer)).text).toContain('NOT_QUARANTINED');
  });

  it('is deployed once it is lifted', async () => {
    answers = 200;
    expect((await retry('staging-1')).text).toContain('staging #2 is accepted');
    expect((await world.ended('staging-2')).state).toBe('succeeded');
    expect(world.cloud.builds()).toHaveLength(1);
    expect(Object.keys(world.cloud.service(service)!.serving)[0]).toMatch(/^backend-r2-/);
  });

  it('is found by the worker when only its build tells which image it is', async () => {
    const before = world.cloud.service(service)!;
    const release = world.cloud.faults.hold('GetBuild');
    await world.type('/deploy backend staging');
    const digest = await vi.waitFor(() => {
      const [image] = world.cloud.builds().at(-1)!.images;
      expect(world.cloud.builds()).toHaveLength(2);
      return image!.digest;
    }, patience);
    // Another environment has had the same image and took it back meanwhile.
    const redis = new Redis(world.redis.url);
    const entry = { digest, operation: 'production-7', reason: 'HTTP 5xx over 20 %', at: Date.now() };
    await new Quarantine(redis).quarantine('backend', entry);
    redis.disconnect();
    release();
    const thread = await world.ended('staging-3');
    expect(thread.state).toBe('failed');
    expect(thread.text('build')).toContain('by production-7: HTTP 5xx over 20 %. `QUARANTINED`');
    expect(thread.text('build')).toContain(`lift it: /deploy lift backend ${digest.slice(0, 19)} `);
    expect(thread.order).not.toContain('candidate');
    const { serving, generation } = world.cloud.service(service)!;
    expect({ serving, generation }).toEqual({ serving: before.serving, generation: before.generation });
  });

  it('is not where a rollback leads', async () => {
    const first = world.cloud.revisions(service).find(({ name }) => name.startsWith('backend-r1-'))!;
    const redis = new Redis(world.redis.url);
    const entry = {
      digest: first.image.split('@')[1]!,
      operation: 'production-7',
      reason: 'HTTP 5xx',
      at: Date.now(),
    };
    await new Quarantine(redis).quarantine('backend', entry);
    redis.disconnect();
    await world.type('/rollback backend staging');
    const thread = await world.ended('staging-4');
    expect(thread.state).toBe('succeeded');
    expect(thread.text('choose')).toMatch(/\*Back to\* `backend-00136-/);
  });
});
