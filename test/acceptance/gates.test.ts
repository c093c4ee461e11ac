import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionsOf } from '../support/buttons.ts';
import { changing, withoutValidation } from '../support/example.ts';
import { storyIn } from '../support/story.ts';
import { deploys, people, startWorld, type World } from '../support/world.ts';

/** The example with rules of every kind in production, and a role in staging. */
const guarded = (yaml: string): string =>
  changing(({ environments: { staging, production } }) => {
    Object.assign(staging!, { roles: { lock: ['S0APPROVERS'], approve: ['S0APPROVERS'] } });
    Object.assign(production!, {
      after: 'staging',
      roles: { deploy: [people.developer, 'S0APPROVERS'], lock: ['S0APPROVERS'] },
      // Begins each minute and lasts for ten: always on.
      freeze: [{ cron: '* * * * *', lasts: '10m', zone: 'Europe/Berlin', reason: 'end of the year' }],
    });
  })(withoutValidation(yaml));

describe('gates', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ config: guarded });
    await world.start('start');
  });
  afterAll(() => world.stop());

  const answered: World['answered'] = (...args) => world.answered(...args);
  const typed: World['asked'] = (...args) => world.asked(...args);
  const noticed = (words: string) =>
    world.until(() => world.slack.messages(deploys).find(({ text }) => text.includes(words)));

  it('a lock refuses deploys, says who may end it and carries the button, which is checked', async () => {
    expect((await typed('/deploy lock staging "load test" 2h')).text).toContain('NOT_ALLOWED');
    expect((await typed('/deploy lock staging “load test” 2h', people.reviewer)).text).toContain('is locked');
    const notice = await noticed('*staging is locked* by reviewer');
    expect(notice.text).toContain('load test');

    const refused = await typed('/deploy backend staging');
    expect(refused.text).toContain('staging is locked by reviewer: “load test”. `LOCKED`');
    expect(refused.text).toContain('<!subteam^S0APPROVERS>');
    expect(actionsOf(refused)).toEqual(['unlock', 'bypass']);
    expect(world.thread('staging-1').roots).toEqual([]);

    const click = (user: string, ts: string) =>
      answered(user, () => world.slack.click({ user, channel: deploys, ts, actionId: 'unlock' }));
    expect((await click(people.developer, notice.ts)).text).toContain('NOT_ALLOWED');
    expect((await typed('/deploy backend staging')).text).toContain('LOCKED');

    expect((await click(people.operator, notice.ts)).text).toContain('is unlocked');
    const changed = await world.until(() => {
      const now = world.slack.messages(deploys).find(({ ts }) => ts === notice.ts);
      return now?.text.includes('unlocked') === true ? now : undefined;
    });
    expect(actionsOf(changed)).toEqual([]);
    expect((await typed('/deploy unlock staging', people.reviewer)).text).toContain('NOT_LOCKED');
    await world.type('/deploy backend staging');
    expect((await world.ended('staging-1')).state).toBe('succeeded');
  });

  it('can-i shows every gate without doing anything', async () => {
    const no = await typed('/deploy can-i auth production', people.guest);
    expect(no.text).toContain('*No*');
    for (const code of ['NOT_ALLOWED', 'FROZEN', 'NOT_PROVED_BEFORE']) expect(no.text).toContain(code);
    expect(no.text).toContain('/deploy auth staging ref:main');
    expect(actionsOf(no)).toEqual([]);
    expect((await typed('/deploy can-i backend staging')).text).toContain('*Yes*');
    expect(world.thread('production-1').roots).toEqual([]);
  });

  it('a rollback passes a freeze, a deploy does not', async () => {
    expect((await typed('/deploy backend production')).text).toContain('FROZEN');
    expect((await typed('/rollback backend production')).text).toContain('production #1 is accepted');
    await world.ended('production-1');
  });

  it('an emergency is announced, and waits for a second person where nobody is asked otherwise', async () => {
    await typed('/deploy lock staging "load test"', people.operator);
    const refused = await typed('/deploy auth staging', people.reviewer);
    await world.slack.click({
      user: people.reviewer,
      channel: deploys,
      ts: refused.ts,
      actionId: 'bypass',
    });
    const modal = await world.until(() => world.slack.modals()[0]);
    const values = { reason: { text: { type: 'plain_text_input', value: 'prod is down' } } };
    const accepted = await answered(people.reviewer, () =>
      world.slack.submit({ user: people.reviewer, viewId: modal.id, values }),
    );
    expect(accepted.text).toContain('staging #2 is accepted');

    const root = await world.approvalAsked('staging-2');
    const announced = world.thread('staging-2').replies.find(({ text }) => text.includes('Emergency bypass'));
    expect(announced?.broadcast).toBe(true);
    expect(announced?.text).toContain('“prod is down”');
    expect(announced?.text).toContain('`LOCKED`');
    const approve = (user: string) =>
      world.slack.click({ user, channel: deploys, ts: root.ts, actionId: 'approve', stale: true });
    expect((await answered(people.reviewer, () => approve(people.reviewer))).text).toContain('APPROVAL_SELF');
    await approve(people.operator);
    expect((await world.ended('staging-2')).state).toBe('succeeded');
  });

  it('a typed emergency passes a lock and a freeze, with the yes of somebody else than who asks', async () => {
    const locked = await typed('/deploy lock production "the year ends" 2h', people.operator);
    expect(locked.text).toContain('production is locked');
    const refused = await typed('/deploy frontend production', people.reviewer);
    for (const code of ['LOCKED', 'FROZEN', 'NOT_PROVED_BEFORE']) expect(refused.text).toContain(code);
    expect((await typed('/deploy frontend production bypass:"prod is down"', people.guest)).text).toContain(
      'NOT_ALLOWED',
    );
    const accepted = await typed('/deploy frontend production bypass:"prod is down"', people.reviewer);
    expect(accepted.text).toContain('production #2 is accepted');

    const root = await world.approvalAsked('production-2');
    const announced = world
      .thread('production-2')
      .replies.find(({ text }) => text.includes('Emergency bypass'));
    expect(announced?.broadcast).toBe(true);
    expect(announced?.text).toContain('by reviewer: “prod is down”');
    expect(announced?.text).toContain('`LOCKED`, `FROZEN`, `NOT_PROVED_BEFORE`');
    const before = world.cloud.service('chat-production/frontend')!.serving;
    const approve = (user: string) =>
      world.slack.click({ user, channel: deploys, ts: root.ts, actionId: 'approve', stale: true });
    expect((await answered(people.reviewer, () => approve(people.reviewer))).text).toContain('APPROVAL_SELF');
    expect(world.cloud.service('chat-production/frontend')!.serving).toEqual(before);
    await approve(people.operator);
    expect((await world.ended('production-2')).state).toBe('succeeded');
    expect(Object.keys(world.cloud.service('chat-production/frontend')!.serving)[0]).toMatch(/^frontend-r2-/);
    // The lock holds on for everybody else.
    expect((await typed('/deploy auth production')).text).toContain('LOCKED');
  });
});

describe.concurrent('the notice of a lock', () => {
  storyIn({})('ends with its lock, also when Slack did not take that at first', async ({ world }) => {
    const locked = async (reason: string) => {
      await world.asked(`/deploy lock staging "${reason}" 2h`, people.reviewer);
      return world.until(() => world.slack.messages(deploys).find(({ text }) => text.includes(reason)));
    };
    const first = await locked('load test');
    const second = await locked('longer load test');
    const now = (ts: string) => world.slack.messages(deploys).find((message) => message.ts === ts)!;
    const over = (ts: string, words: string) =>
      world.until(() => (now(ts).text.includes(words) ? now(ts) : undefined));
    expect(actionsOf(await over(first.ts, 'another lock'))).toEqual([]);
    expect(actionsOf(now(second.ts))).toEqual(['unlock']);

    world.slack.faults.fail('chat.update', 'error-5xx');
    const click = { user: people.reviewer, channel: deploys, ts: second.ts, actionId: 'unlock' };
    const answer = await world.answered(people.reviewer, () => world.slack.click(click));
    expect(answer.text).toContain('is unlocked');
    expect(actionsOf(await over(second.ts, 'is unlocked'))).toEqual([]);
  });
});

describe.concurrent('an order of environments', () => {
  const ordered = storyIn({
    config: (yaml) =>
      changing(({ environments: { production } }) => {
        for (const rule of ['approval', 'roles']) Reflect.deleteProperty(production!, rule);
        Object.assign(production!, { after: 'staging' });
      })(withoutValidation(yaml)),
  });

  ordered('gives production only what staging has proved', async ({ world }) => {
    await world.type('/deploy backend staging ref:v1.0.0');
    expect((await world.ended('staging-1')).state).toBe('succeeded');
    await world.type('/deploy backend production');
    const refused = await world.ended('production-1');
    expect(refused.state).toBe('failed');
    expect(refused.text('build')).toContain('NOT_PROVED_BEFORE');
    await world.type('/deploy backend staging');
    expect((await world.ended('staging-2')).state).toBe('succeeded');
    await world.type('/deploy backend production');
    // Another build of the same commit.
    expect((await world.ended('production-2')).state).toBe('succeeded');
  });
});
