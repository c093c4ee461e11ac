import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertIn, type Front, roundsMore, startFront, watching } from '../support/monitored.ts';
import { type Resolver, resolver } from '../support/no-dns.ts';
import { startWorld, type World } from '../support/world.ts';

const blipMs = 20_000;

describe.concurrent('after a deploy, no user is moved', () => {
  let world: World;
  let dns: Resolver;
  let blip: Front;
  let unseen: Front;
  beforeAll(async () => {
    dns = resolver();
    [blip, unseen] = await Promise.all([startFront(), startFront()]);
    const config = watching({
      staging: { url: blip.url, rules: { serverErrors: {}, handshakeFailures: {} } },
      // By name: an address needs no resolver.
      unseen: {
        url: unseen.url.replace('127.0.0.1', 'localhost'),
        rules: { serverErrors: {}, connectionFailures: {} },
        more: { project: 'chat-production' },
      },
    });
    world = await startWorld({ config, environment: dns.environment });
    await world.start('start');
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all([blip.stop(), unseen.stop()]);
    dns.remove();
  });

  it('for a service that answers badly for 20 s: nothing fires, and nobody is woken', async () => {
    const alert = alertIn(world, 'staging', 'serverErrors');
    const serving = await deployed('staging');
    await world.asked('/monitor staging start');
    const from = Date.now();
    blip.behave(() => (Date.now() < from + blipMs ? 'fail' : 'answer'));
    await roundsMore(world, 'staging', 7);
    expect(Date.now()).toBeGreaterThan(from + blipMs);
    expect(serves('staging')).toEqual(serving);
    expect(world.thread('staging-2').roots).toEqual([]);
    expect([alert.root(), alert.pages()]).toEqual([undefined, []]);
  });

  it('for a prober without a resolver: it is told that the prober is at fault, once, and when it ends', async () => {
    const alerts = (['serverErrors', 'connectionFailures'] as const).map((symptom) =>
      alertIn(world, 'unseen', symptom),
    );
    const told = () => [world.thread(sight()).roots[0], ...alerts.map((alert) => alert.root())];
    const serving = await deployed('unseen');
    dns.away();
    await world.asked('/monitor unseen start');
    const { text, ts } = await world.until(() => told().find((root) => root !== undefined));
    expect(text).toContain('*The prober is at fault*');
    expect(text).toContain('`PROBER_DNS`');
    await roundsMore(world, 'unseen', 2);
    expect(world.thread(sight()).order).toEqual([]);
    for (const command of ['/monitor unseen status', '/deploy status unseen']) {
      const answer = await world.asked(command);
      expect(answer.text).toContain('*The prober is blind* to backend since ');
      expect(answer.text).toContain('`PROBER_DNS`');
      expect(answer.text).toMatch(/<http[^|>]+\|Its thread>/);
    }
    dns.back();
    const { text: end } = await world.until(() => world.thread(sight()).replies[0]);
    expect(end).toContain('*It sees again* after');
    const over = await world.until(() => {
      const { roots } = world.thread(sight());
      return roots[0]?.text.includes('*saw nothing* for') === true ? roots : undefined;
    });
    expect(over.map((each) => each.ts)).toEqual([ts]);
    expect((await world.asked('/monitor unseen status')).text).not.toContain('blind');
    expect(serves('unseen')).toEqual(serving);
    expect(world.thread('unseen-2').roots).toEqual([]);
    for (const alert of alerts) expect([alert.root(), alert.pages()]).toEqual([undefined, []]);
  });

  const projects = { staging: 'chat-staging', unseen: 'chat-production' } as const;
  const serves = (environment: keyof typeof projects) =>
    world.cloud.service(`${projects[environment]}/backend`)?.serving;

  /** @returns who serves users then */
  async function deployed(environment: keyof typeof projects) {
    await world.type(`/deploy backend ${environment}`);
    expect((await world.ended(`${environment}-1`)).state).toBe('succeeded');
    return serves(environment);
  }

  /** Its thread is named by the time at which it was first told. */
  function sight(): string {
    const stamps = world.slack
      .messages('C0DEPLOYS')
      .map(({ metadata }) => (metadata?.event_payload as { operation?: string } | undefined)?.operation);
    return stamps.find((stamp) => stamp?.startsWith('sight:unseen#') === true) ?? 'none';
  }
});
