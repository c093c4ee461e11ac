import { beforeEach, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { statusOf } from '../../../src/domain/status.ts';
import { seen } from '../../../src/domain/status/looked.ts';
import { connectSlack } from '../../../src/slack/client.ts';
import { homeView } from '../../../src/slack/messages/home.ts';
import { onlyOperators, office, useAlertOffice } from '../../support/alert-office.ts';
import { fired, resolved } from '../../support/alerts.ts';
import { gatheredEnvironment } from '../../support/statuses.ts';

const { key } = office;
const at = useAlertOffice();
const url = 'https://chat.example/archives/C0DEPLOYS/p1';
const journal = () => at().alerts.journals.get(key)!;

/** Somebody's Home tab as it is now. */
async function show(user: string): Promise<void> {
  const alert = await at().alerts.alert(key);
  const status = statusOf([gatheredEnvironment({ alerts: seen([alert!]), links: { [key]: url } })]);
  const client = connectSlack(at().slack, pino({ level: 'silent' }));
  await client.views.publish({ user_id: user, view: homeView(status).view });
}

/** @returns the text of the window that answers */
async function click(user: string, actionId: string): Promise<string> {
  const before = at().slack.modals().length;
  await at().slack.clickHome({ user, actionId, value: key });
  return vi.waitFor(() => {
    const modal = at().slack.modals()[before];
    if (modal === undefined) throw new Error('no window yet');
    return JSON.stringify(modal.view['blocks']);
  }, 10_000);
}

beforeEach(() => {
  at().alerts.fire();
});

describe('a button of an alert on the Home tab', () => {
  it('acknowledges, and a window says so', async () => {
    await at().listen();
    await show('U0REVIEWER');
    expect(await click('U0REVIEWER', 'alert_ack')).toContain(
      '*Acknowledged*: HTTP 5xx of backend in staging',
    );
    expect(journal().at(-1)).toMatchObject({ type: 'acknowledged', by: 'U0REVIEWER' });
    expect(at().asked).toEqual([`alert:${key}`]);
  });

  it('rolls back, once', async () => {
    await at().listen();
    await show('U0DEVELOPER');
    expect(await click('U0DEVELOPER', 'alert_rollback')).toContain('staging #1 is accepted');
    expect(await click('U0DEVELOPER', 'alert_rollback')).toContain('`ALERT_OVER`');
    expect(await at().ledger.unfinished()).toEqual(['staging-1']);
  });

  it('is refused to who may not', async () => {
    await at().listen(onlyOperators);
    at().alerts.journals.set(key, [fired({ page: 'business' })]);
    await show('U0GUEST');
    expect(await click('U0GUEST', 'alert_ack')).toContain(
      'You may not take alerts of staging. `NOT_ALLOWED`',
    );
    expect(await click('U0GUEST', 'alert_rollback')).toContain('`NOT_ALLOWED`');
    expect(journal()).toHaveLength(1);
  });

  it('shows the last rounds in words: a window takes no table', async () => {
    await at().listen();
    at().rounds = [
      { at: office.now, tallies: { serverErrors: { samples: 10, failures: 4 } }, blind: 0, diagnoses: [] },
    ];
    await show('U0GUEST');
    expect(await click('U0GUEST', 'alert_checks')).toContain('HTTP 5xx 4 of 10');
  });

  it('that is old is answered in the same way', async () => {
    await at().listen();
    await show('U0REVIEWER');
    at().alerts.append(key, resolved(1));
    expect(await click('U0REVIEWER', 'alert_ack')).toContain('is resolved. `ALERT_OVER`');
  });

  it('that leads to the thread is heard, and does nothing', async () => {
    await at().listen();
    await show('U0GUEST');
    const delivery = await at().slack.clickHome({ user: 'U0GUEST', actionId: 'alert_thread', value: key });
    expect(delivery.outcome).toBe('acked');
    expect(at().slack.modals()).toEqual([]);
    expect(journal()).toHaveLength(1);
  });
});
