import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quick } from '../support/quick.ts';
import { startWorld, type World } from '../support/world.ts';

const service = 'chat-staging/backend';

describe('a deploy of a service that is validated', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ config: quick });
    await world.start('start');
  });
  afterAll(() => world.stop());

  it('shows the candidate against the baseline', async () => {
    await world.type('/deploy backend staging');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.text('prove')).toMatch(/\*Candidate on its own URL: (healthy|inconclusive)\*/);
    expect(thread.text('prove')).toContain('ince the baseline');
  });

  it('is stopped before users reach it when its WebSockets are refused, and told why', async () => {
    const before = world.cloud.service(service)!.serving;
    await world.type('/validate backend staging');
    await world.ended('staging-2');
    await world.type('/deploy backend staging ref:ws-forbidden');
    const deploy = await world.ended('staging-3');
    expect(deploy.state).toBe('failed');
    expect(deploy.text('prove')).toContain('CANDIDATE_UNHEALTHY');
    expect(deploy.text('prove')).toContain('FORBIDDEN');
    expect(deploy.text('prove')).toContain('HTTP 403');
    expect(world.cloud.service(service)!.serving).toEqual(before);
  });

  it('when it serves all the same, a validation says what changed since the last one', async () => {
    const refused = world.cloud.revisions(service).find(({ ref }) => ref === 'ws-forbidden')!;
    world.cloud.editTraffic(service, { [refused.name]: 100 });
    await world.type('/validate backend staging');
    const thread = await world.ended('staging-4');
    expect(thread.state).toBe('failed');
    expect(thread.text('validate')).toContain('*Since the last validation*');
    expect(thread.text('validate')).toContain('/ws handshake healthy → unhealthy');
    expect(thread.text('report')).toContain('*backend: unhealthy*');
  });
});
