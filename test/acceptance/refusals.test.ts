import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { people, startWorld, type World } from '../support/world.ts';

describe('a command that cannot be taken', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await world.start('bot');
  });
  afterAll(() => world.stop());

  it.each([
    {
      what: 'an unknown service',
      text: '/deploy payments staging',
      code: 'UNKNOWN_SERVICE',
      words: 'backend, auth, frontend',
    },
    {
      what: 'an unknown environment',
      text: '/deploy backend moon',
      code: 'UNKNOWN_ENVIRONMENT',
      words: 'staging, production',
    },
    {
      what: 'swapped words',
      text: '/deploy staging backend',
      code: 'USAGE',
      words: '/deploy backend staging',
    },
    {
      what: 'a missing environment',
      text: '/deploy backend',
      code: 'USAGE',
      words: 'a service and an environment',
    },
    {
      what: 'an unknown option',
      text: '/deploy backend staging force:yes',
      code: 'UNKNOWN_OPTION',
      words: 'force:yes',
    },
    { what: 'a word too many', text: '/deploy backend staging now', code: 'USAGE', words: 'ref:now' },
    {
      what: '4,000 characters',
      text: `/deploy backend staging ref:${'x'.repeat(3_960)}`,
      code: 'USAGE',
      words: 'at most 500',
    },
    { what: 'quotes', text: '/deploy "backend" staging', code: 'UNKNOWN_SERVICE', words: '"backend"' },
    {
      what: 'a control character',
      text: '/deploy backend staging ref:ma\u0007in',
      code: 'USAGE',
      words: 'control characters',
    },
    {
      what: 'a mention as ref',
      text: '/deploy backend staging ref:<!channel>',
      code: 'BAD_REF',
      words: '&lt;!channel&gt;',
    },
    {
      what: 'a ref that reads as an option',
      text: '/deploy backend staging ref:--upload',
      code: 'BAD_REF',
      words: '--upload',
    },
  ])(
    '$what is answered in private with an example, and nothing is enqueued',
    async ({ text, code, words }) => {
      const refused = await world.asked(text);
      expect(refused.user).toBe(people.developer);
      expect(refused.text).toContain(code);
      expect(refused.text).toContain(words);
      expect(refused.text).toContain('For example `/deploy backend staging ref:main`');
      expect(refused.text).not.toMatch(/<[!@#]/);
    },
  );

  it('leaves nothing behind', () => {
    expect(world.slack.messages('C0DEPLOYS')).toEqual([]);
    expect(world.cloud.calls()).toEqual([]);
  });

  it('help says how it is done', async () => {
    expect((await world.asked('/deploy help')).text).toContain(
      '/deploy &lt;services&gt; &lt;environment&gt;',
    );
  });

  it('without Redis people hear so in private, and it works again when Redis is back', async () => {
    await world.redis.kill();
    const refused = await world.asked('/deploy backend staging');
    expect(refused.text).toContain('LEDGER_UNAVAILABLE');
    expect(refused.text).toContain('nothing was started');
    await world.redis.restart();
    await world.start('worker');
    await untilAccepted();
    expect((await world.ended('staging-1')).state).toBe('succeeded');
  });

  /** The bot finds Redis again within two seconds; a person would just type it again. */
  async function untilAccepted(): Promise<void> {
    const reply = await world.asked('/deploy backend staging');
    if (!reply.text.includes('is accepted')) await untilAccepted();
  }
});
