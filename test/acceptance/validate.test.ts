import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slipway } from '../support/command-line.ts';
import { quick } from '../support/quick.ts';
import { startWorld, type World } from '../support/world.ts';

describe('/validate', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ config: quick });
    await world.start('start');
  });
  afterAll(() => world.stop());

  it('proves HTTP, WebSockets and the golden path of a service, and changes nothing', async () => {
    const before = world.cloud.service('chat-staging/backend')!;
    await world.type('/validate backend staging');
    const thread = await world.ended('staging-1');
    expect(thread.order).toEqual(['validate', 'report']);
    expect(thread.text('root')).toContain('*Validate backend in staging*');
    expect(thread.text('validate')).toContain('✓ /ws handshake: healthy');
    expect(thread.text('validate')).toContain('✓ golden path: healthy');
    expect(thread.text('validate')).not.toContain('unhealthy');
    expect(thread.text('validate')).toMatch(/WebSocket latency \d+ ms \(target: under 50 ms/);
    // A prober that was late itself says so, and accuses nobody.
    expect(['succeeded', 'inconclusive']).toContain(thread.state);
    expect(world.cloud.service('chat-staging/backend')).toEqual(before);
  });

  it('of a whole environment tells each service', async () => {
    await world.type('/validate staging');
    const thread = await world.ended('staging-2');
    expect(thread.text('root')).toContain('*Validate backend, auth, frontend in staging*');
    for (const service of ['backend', 'auth', 'frontend'])
      expect(thread.text('validate')).toMatch(new RegExp(`\\*${service}: (healthy|inconclusive)\\*`));
  });

  it('refuses what it does not know, in private', async () => {
    const answer = await world.asked('/validate moon');
    expect(answer.text).toContain('UNKNOWN_ENVIRONMENT');
    expect(answer.text).toContain('For example `/validate backend staging`');
  });

  it('on a terminal gives the same verdict', async () => {
    const { code, output } = await slipway(['validate', 'staging', 'auth'], world);
    expect(output).toContain('# auth in staging: healthy');
    expect(code).toBe(0);
  });
});
