import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import WebSocket from 'ws';
import { WORLD_WITH_PAST } from '../../src/sandbox/cloud/world.ts';
import { ask } from '../sandbox/cloud/support.ts';
import { changing, withoutValidation } from '../support/example.ts';
import { type Front, startFront } from '../support/front.ts';
import { storyIn } from '../support/story.ts';
import type { World } from '../support/world.ts';

/** A load balancer stands in front of the backend, everywhere. */
const behindBalancer = {
  projects: WORLD_WITH_PAST.projects.map((project) => ({
    ...project,
    services: project.services.map((service) =>
      service.name === 'backend' ? { ...service, ref: 'lb-timeout' } : service,
    ),
  })),
};
/** Real milliseconds of its 30 s. 24 h are 48 min then, and longer than Cloud Run lets a request live. */
const proxyLifetime = 1_000;
/** Twice as long. */
const hold = '2s';

/** What users see of a change is whether a WebSocket holds; who was too busy to measure looks again. */
const heldSockets = changing(({ services, environments }) => {
  const { backend } = services;
  const { headers, token } = backend?.['validation'] as { headers: object; token: object };
  const patient = { within: '60s', latency: '60s' };
  const websocket = [{ path: '/ws', hold, connections: 0, ...patient }];
  Object.assign(backend ?? {}, { validation: { headers, token, websocket } });
  for (const { infrastructure } of Object.values(environments))
    Object.assign(infrastructure as object, {
      propagation: { times: 1, probes: 'validation', within: '10s' },
      lockWait: '1s',
    });
});

const story = storyIn({ config: heldSockets, cloud: { world: behindBalancer, proxyLifetime } });

const backendOf = (world: World, environment: string) =>
  world.cloud.service(`chat-${environment}/backend`)!.uri;

/** A user's WebSocket through the load balancer. */
async function opened(world: World, environment: string): Promise<WebSocket> {
  const socket = new WebSocket(`${backendOf(world, environment).replace(/^http/, 'ws')}/ws/test`);
  await once(socket, 'open');
  // The end of the story cuts what is left.
  socket.on('error', () => undefined);
  return socket;
}

/** The close code of one that is opened now. */
async function cut(world: World, environment: string): Promise<number> {
  const [code] = (await once(await opened(world, environment), 'close')) as [number];
  return code;
}

async function expectAlive(socket: WebSocket): Promise<void> {
  expect(socket.readyState).toBe(WebSocket.OPEN);
  expect(await ask(socket, { text: 'still there' })).toMatchObject({ text: 'still there' });
}

const abnormal = 1006;

/** Of the story whose users come in elsewhere. */
let front: Front;
beforeAll(async () => {
  front = await startFront();
  front.fail(true);
});
afterAll(() => front.stop());

const behindFront = (yaml: string): string =>
  changing(({ environments: { staging } }) => {
    Object.assign(staging!, { loadBalancer: { urls: { backend: front.url } } });
    Object.assign(staging!['infrastructure'] as object, { propagation: { times: 2, within: '5m' } });
  })(withoutValidation(yaml));
const alone = storyIn({ config: behindFront, running: [] });

describe.concurrent('users see a change of infrastructure', { timeout: 180_000 }, () => {
  story('when WebSockets hold longer than before, and not when they are cut again', async ({ world }) => {
    expect(await cut(world, 'staging')).toBe(abnormal);

    await world.type('/deploy infrastructure staging');
    const raised = await world.ended('staging-1');
    expect(raised.text('plan')).toContain('`timeout_sec` `30` → `86400`');
    expect(raised.state).toBe('succeeded');
    expect(raised.text('propagate')).toContain('*The way users come is well* after');
    expect(raised.text('propagate')).toContain(`${backendOf(world, 'staging')}: healthy`);

    // Production has its 30 s still, and says when they are over.
    const held = await opened(world, 'staging');
    expect(await cut(world, 'production')).toBe(abnormal);
    await expectAlive(held);

    await world.type('/deploy infrastructure staging ref:before');
    const lowered = await world.ended('staging-2');
    expect(lowered.state).toBe('failed');
    expect(lowered.order).not.toContain('outputs');
    const report = lowered.text('report');
    expect(report).toContain('The way users come was not well once within 10 s. `NOT_PROPAGATED`');
    expect(report).toMatch(/backend: \/ws hold: .*LIFETIME_CAP/);
    expect(report).toContain('/rollback infrastructure applies what was there before');
    expect(await cut(world, 'staging')).toBe(abnormal);

    await world.type('/rollback infrastructure staging');
    const back = await world.ended('staging-3');
    expect(back.text('plan')).toContain('`timeout_sec` `30` → `86400`');
    expect(back.state).toBe('succeeded');
    const longer = await opened(world, 'staging');
    expect(await cut(world, 'production')).toBe(abnormal);
    await Promise.all([expectAlive(held), expectAlive(longer)]);
  });

  alone('within one limit, however many workers look', async ({ world }) => {
    const [, worker] = await Promise.all([world.start('bot'), world.start('worker')]);
    await world.type('/deploy infrastructure staging');
    await world.until(() => {
      const [root] = world.thread('staging-1').roots;
      return JSON.stringify(root?.blocks ?? []).includes('0 of 2 looks in a row are well') ? root : undefined;
    });
    await worker.killed();
    // To this one the limit is over.
    await world.start('worker', 10 * 60_000);
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('failed');
    expect(thread.text('report')).toContain('was not well 2 times in a row within 5 min. `NOT_PROPAGATED`');
    expect(thread.text('report')).toMatch(/backend: GET \/health: .*503/);
    expect(world.terraform.state('staging').outputs['timeout_sec']?.value).toBe(86_400);
  });
});
