import { describe, expect, it } from 'vitest';
import { onlyOperators, office, useAlertOffice } from '../../support/alert-office.ts';
import { after, fired, resolved } from '../../support/alerts.ts';
import { began } from '../../support/operations.ts';

const { key, channel, now } = office;
const at = useAlertOffice();

const click = (ts: string, actionId: string, more: { user?: string; value?: string; stale?: boolean } = {}) =>
  at().answered(() => at().slack.click({ user: 'U0REVIEWER', channel, ts, actionId, ...more }));
const say = (ts: string, text: string, user = 'U0REVIEWER') =>
  at().answered(() => at().slack.mention({ user, channel, threadTs: ts, text: `<@U0SLIPWAY> ${text}` }));
const last = () => at().alerts.journals.get(key)!.at(-1)!;

describe('a button of an alert', () => {
  it('acknowledges: written down once, and the thread is asked for', async () => {
    await at().listen();
    at().alerts.fire();
    const ts = await at().draw();
    const { text } = await click(ts, 'alert_ack');
    expect(text).toContain('*Acknowledged*: HTTP 5xx of backend in staging');
    expect(last()).toEqual({ type: 'acknowledged', at: now, by: 'U0REVIEWER', byName: 'reviewer' });
    expect(at().asked).toEqual([`alert:${key}`]);
    const other = await click(ts, 'alert_ack', { user: 'U0OPERATOR' });
    expect(other.text).toContain('is acknowledged by reviewer already. `ALERT_OVER`');
    expect(at().alerts.journals.get(key)).toHaveLength(2);
  });

  it.each([
    ['30m', now + 30 * 60_000],
    ['4h', now + 240 * 60_000],
    ['tomorrow', Date.UTC(2026, 0, 6, 9)],
  ])('snoozes for %s, from the menu', async (value, until) => {
    await at().listen();
    at().alerts.fire();
    const { text } = await click(await at().draw(), 'alert_snooze', { value });
    expect(text).toContain('*Snoozed* until');
    expect(last()).toMatchObject({ type: 'snoozed', until });
  });

  it('begins one rollback, however often somebody clicks, and notes it', async () => {
    await at().listen();
    at().alerts.fire();
    const ts = await at().draw();
    const { text } = await click(ts, 'alert_rollback', { user: 'U0DEVELOPER' });
    expect(text).toContain('staging #1 is accepted');
    expect(last()).toEqual({ type: 'rolled-back', at: now, operation: 'staging-1' });
    expect((await at().ledger.operation('staging-1'))?.request).toMatchObject({
      kind: 'rollback',
      services: ['backend'],
      byName: 'developer',
    });
    const again = await click(ts, 'alert_rollback');
    expect(again.text).toContain('users are taken back already. `ALERT_OVER`');
    expect(await at().ledger.unfinished()).toEqual(['staging-1']);
  });

  it('shows the last rounds to who asks, newest first', async () => {
    await at().listen();
    at().alerts.fire();
    const tallies = { serverErrors: { samples: 10, failures: 4 } };
    const http = { p50: 12, p95: 48 };
    at().rounds = [
      { at: began, tallies: {}, blind: 2, diagnoses: ['PROBER_NETWORK'] },
      { at: began + 10_000, tallies, http, blind: 0, diagnoses: ['SERVER_ERROR'] },
    ];
    const answer = await click(await at().draw(), 'alert_checks', { user: 'U0GUEST' });
    expect(answer.text.split('\n').slice(1)).toEqual([
      '10:00:10 · HTTP 5xx 4 of 10 · SERVER_ERROR',
      '10:00:00 · HTTP 5xx – · PROBER_NETWORK',
    ]);
    const table = answer.blocks[1] as unknown as { rows: { text: string }[][] };
    expect(table.rows[1]?.map(({ text }) => text)).toEqual([
      '10:00:10',
      '–',
      '–',
      '4 of 10',
      '–',
      '–',
      '48 ms',
      'SERVER_ERROR',
    ]);
    expect(table.rows[2]?.at(-1)?.text).toBe('2 not measured, PROBER_NETWORK');
  });

  it('that is old is answered in private', async () => {
    await at().listen();
    at().alerts.fire();
    const ts = await at().draw();
    at().alerts.append(key, resolved(1));
    expect((await click(ts, 'alert_ack')).text).toContain('is resolved. `ALERT_OVER`');
    at().alerts.append(key, fired({ at: after(4) }));
    expect((await click(ts, 'alert_snooze', { value: '1h' })).text).toContain(
      'fired again since: that button was for',
    );
    expect(at().alerts.journals.get(key)).toHaveLength(3);
    expect(at().asked).toEqual([]);
  });

  it('that is none of ours, or of an alert that nobody knows, does nothing', async () => {
    await at().listen();
    at().alerts.fire();
    const ts = await at().draw();
    expect((await click(ts, 'alert_ack', { value: 'x', stale: true })).text).toContain('`NOT_FOUND`');
    at().alerts.journals.clear();
    expect((await click(ts, 'alert_ack')).text).toContain('`ALERT_OVER`');
  });

  it('belongs to who may deploy or roll back, and to the team that is paged', async () => {
    await at().listen(onlyOperators);
    at().alerts.fire({ page: 'business' });
    const ts = await at().draw();
    const refused = await click(ts, 'alert_ack', { user: 'U0GUEST' });
    expect(refused.text).toContain('You may not take alerts of staging. `NOT_ALLOWED`');
    expect((await click(ts, 'alert_ack')).text).toContain('`NOT_ALLOWED`');
    expect((await click(ts, 'alert_rollback', { user: 'U0GUEST' })).text).toContain(
      'You may not roll back in staging',
    );
    expect(at().alerts.journals.get(key)).toHaveLength(1);
    at().alerts.append(key, { type: 'escalated', at: after(4), team: 'operations' });
    expect((await click(ts, 'alert_ack')).text).toContain('*Acknowledged*');
  });

  it('is not believed when Slack does not say who belongs to the team', async () => {
    await at().listen(onlyOperators);
    at().alerts.fire();
    const ts = await at().draw();
    at().slack.faults.fail('usergroups.users.list', 'error-5xx');
    expect((await click(ts, 'alert_ack', { user: 'U0GUEST' })).text).toContain('`ROLE_UNKNOWN`');
  });
});

describe('a word in the thread of an alert', () => {
  it('does what the button does', async () => {
    await at().listen();
    at().alerts.fire();
    const ts = await at().draw();
    expect((await say(ts, 'snooze 2h')).text).toContain('*Snoozed*');
    expect(last()).toMatchObject({ type: 'snoozed', until: now + 7_200_000 });
    expect((await say(ts, 'ack')).text).toContain('*Acknowledged*');
    expect((await say(ts, 'checks')).text).toContain('none in the last ten minutes');
    expect((await say(ts, 'roll back')).text).toContain('staging #1 is accepted');
  });

  it('that is not known is answered with those that are', async () => {
    await at().listen();
    at().alerts.fire();
    const ts = await at().draw();
    for (const text of ['help', 'hold', 'snooze', 'ack now'])
      expect((await say(ts, text)).text).toContain('`@slipway snooze 1h`');
    expect((await say(ts, 'snooze 30d')).text).toContain(
      'A snooze lasts from 1m to 7d, or tomorrow. `USAGE`',
    );
    expect(at().alerts.journals.get(key)).toHaveLength(1);
  });

  it('in a thread of before is not meant for the one of now', async () => {
    await at().listen();
    at().alerts.fire();
    const ts = await at().draw();
    at().alerts.append(key, resolved(1), fired({ at: after(4), thread: 2 }));
    expect((await say(ts, 'ack')).text).toContain('has a thread of its own. `ALERT_OVER`');
    expect((await say(await at().draw(), 'ack')).text).toContain('*Acknowledged*');
  });
});

describe('Show checks', () => {
  const checked = () =>
    at()
      .alerts.journals.get(key)!
      .filter(({ type }) => type === 'checked');

  it('wants charts in the thread, at most each two minutes', async () => {
    await at().listen();
    at().alerts.fire();
    const ts = await at().draw();
    const { text } = await click(ts, 'alert_checks', { user: 'U0GUEST' });
    expect(text).toContain('The thread shows 1 h, 24 h and 7 days as charts.');
    await expect.poll(checked).toEqual([{ type: 'checked', at: now, by: 'U0GUEST', byName: 'guest' }]);
    await expect.poll(() => at().asked).toEqual([`alert:${key}`]);
    await click(ts, 'alert_checks');
    // Anything that is heard later says that the second click was dealt with.
    await click(ts, 'alert_ack');
    expect(checked()).toHaveLength(1);
  });
});
