import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ephemeral } from '../../src/sandbox/slack/index.ts';
import { people, startWorld, type World } from '../support/world.ts';

describe('a command that cannot be taken', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    await world.start('bot');
  });
  afterAll(() => world.stop());

  /** Types it, and returns the one private answer. */
  const answer = async (text: string): Promise<Ephemeral> => {
    const heard = world.slack.ephemerals().length;
    await world.type(text);
    const [first] = await world.until(() => {
      const answers = world.slack.ephemerals().slice(heard);
      return answers.length > 0 ? answers : undefined;
    });
    return first!;
  };

  it.each([
    ['an unknown service', '/deploy payments staging', 'UNKNOWN_SERVICE', 'backend, auth, frontend'],
    ['an unknown environment', '/deploy backend moon', 'UNKNOWN_ENVIRONMENT', 'staging, production'],
    ['swapped words', '/deploy staging backend', 'USAGE', '/deploy backend staging'],
    ['a missing environment', '/deploy backend', 'USAGE', 'a service and an environment'],
    ['an unknown option', '/deploy backend staging force:yes', 'UNKNOWN_OPTION', 'force:yes'],
    ['a word too many', '/deploy backend staging now', 'USAGE', 'ref:now'],
    ['4,000 characters', `/deploy backend staging ref:${'x'.repeat(3_960)}`, 'USAGE', 'at most 500'],
    ['quotes', '/deploy "backend" staging', 'UNKNOWN_SERVICE', '"backend"'],
    ['a control character', '/deploy backend staging ref:ma\u0007in', 'USAGE', 'control characters'],
    ['a mention as ref', '/deploy backend staging ref:<!channel>', 'BAD_REF', '&lt;!channel&gt;'],
    ['a ref that reads as an option', '/deploy backend staging ref:--upload', 'BAD_REF', '--upload'],
  ])(
    '%s is answered in private with an example, and nothing is enqueued',
    async (_what, text, code, words) => {
      const refused = await answer(text);
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
    expect((await answer('/deploy help')).text).toContain('/deploy &lt;service&gt; &lt;environment&gt;');
  });

  it('without Redis people hear so in private, and it works again when Redis is back', async () => {
    await world.redis.kill();
    const refused = await answer('/deploy backend staging');
    expect(refused.text).toContain('LEDGER_UNAVAILABLE');
    expect(refused.text).toContain('Nothing was started');
    await world.redis.restart();
    await world.start('worker');
    await untilAccepted();
    expect((await world.ended('staging-1')).state).toBe('succeeded');
  });

  /** The bot finds Redis again within two seconds; a person would just type it again. */
  async function untilAccepted(): Promise<void> {
    const reply = await answer('/deploy backend staging');
    if (!reply.text.includes('is accepted')) await untilAccepted();
  }
});
