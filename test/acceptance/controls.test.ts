import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredMessage } from '../../src/sandbox/slack/index.ts';
import { actionsOf } from '../support/buttons.ts';
import { changing, withoutValidation } from '../support/example.ts';
import { deploys, people, startWorld, type World } from '../support/world.ts';

/** Production belongs to the developer and the group; a rollback to the group alone. */
const roles = (yaml: string): string =>
  changing(({ environments }) => {
    const deploy = [people.developer, 'S0APPROVERS'];
    Object.assign(environments['production']!, {
      roles: { deploy, rollback: ['S0APPROVERS'] },
      rollout: { steps: [50, 100], bake: '10m' },
    });
  })(withoutValidation(yaml));

describe('controls by a person', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ config: roles });
    await world.start('start');
  });
  afterAll(() => world.stop());

  const answered: World['answered'] = (...args) => world.answered(...args);
  const rootWith = (operation: string, action: string) =>
    world.until(() => {
      const [root] = world.thread(operation).roots;
      return root !== undefined && actionsOf(root).includes(action) ? root : undefined;
    });
  const click = (user: string, { ts, channel }: StoredMessage, actionId: string) =>
    answered(user, () => world.slack.click({ user, channel, ts, actionId }));
  /** Clicks a button that was there when the person looked. */
  const clickStale = (user: string, { ts, channel }: StoredMessage, operation: string) => {
    const seen = { actionId: 'cancelled', stale: true, value: JSON.stringify({ operation }) };
    return answered(user, () => world.slack.click({ user, channel, ts, ...seen }));
  };
  const say = (user: string, text: string, threadTs?: string) =>
    answered(user, () =>
      world.slack.mention({
        user,
        channel: deploys,
        text: `<@U0SLIPWAY> ${text}`,
        ...(threadTs === undefined ? {} : { threadTs }),
      }),
    );

  it('are refused to who has no role, in words and by button, and taken from who has', async () => {
    await world.type('/deploy backend production');
    const root = await rootWith('production-1', 'approve');
    expect(actionsOf(root)).toEqual(['approve', 'reject', 'cancelled']);
    expect((await click(people.guest, root, 'cancelled')).text).toContain('NOT_ALLOWED');
    expect((await say(people.guest, 'cancel', root.ts)).text).toContain('NOT_ALLOWED');
    expect((await say(people.developer, 'hold', root.ts)).text).toContain('CONTROL_OVER');
    expect((await say(people.developer, 'cancel', root.ts)).text).toContain('*Cancel* is noted');
    const thread = await world.ended('production-1');
    expect(thread.state).toBe('cancelled');
    expect(actionsOf(await rootWith('production-1', 'retry'))).toEqual(['retry']);
    expect((await clickStale(people.developer, root, 'production-1')).text).toContain('CONTROL_OVER');
  });

  it('a mention outside of a thread, or with other words, is answered with help', async () => {
    const [root] = world.thread('production-1').roots;
    for (const help of [
      await say(people.developer, 'hold'),
      await say(people.developer, 'please stop', root!.ts),
      await say(people.developer, 'help', root!.ts),
    ]) {
      expect(help.text).toContain('@slipway hold');
      expect(help.text).not.toContain('CONTROL_OVER');
    }
  });

  it('Retry begins the same deploy once, however often it is clicked; it can be held and promoted', async () => {
    const root = await rootWith('production-1', 'retry');
    expect((await click(people.developer, root, 'retry')).text).toContain('production #2 is accepted');
    expect((await say(people.operator, 'retry', root.ts)).text).toContain('production #2 is accepted');
    const asks = await rootWith('production-2', 'approve');
    await world.slack.click({ user: people.reviewer, channel: deploys, ts: asks.ts, actionId: 'approve' });
    const shifting = await rootWith('production-2', 'held');
    expect((await say(people.operator, 'hold', shifting.ts)).text).toContain('*Hold* is noted');
    await rootWith('production-2', 'resumed');
    expect((await say(people.operator, 'promote', shifting.ts)).text).toContain('*Promote now* is noted');
    await world.until(() => world.thread('production-2').text('shift').includes('At 100 %') || undefined);
    expect((await say(people.operator, 'promote', shifting.ts)).text).toContain('*Promote now* is noted');
    expect((await world.ended('production-2')).state).toBe('succeeded');
  });

  it('Roll back takes the role of its own', async () => {
    const root = await rootWith('production-2', 'rollback');
    expect((await say(people.developer, 'rollback', root.ts)).text).toContain('NOT_ALLOWED');
    expect((await say(people.operator, 'rollback', root.ts)).text).toContain('production #3 is accepted');
    await world.ended('production-3');
  });
});
