import { describe, expect, it, vi } from 'vitest';
import { page, waysTo } from '../support/pages.ts';
import { patience, usePaging } from '../support/paging.ts';

const { state, now, tell, close, standIns, pages, start, ask, delivered, actions } = usePaging();

describe('a page', () => {
  it('goes to a team on all its ways, in order', async () => {
    const worker = start();
    for (const action of ['trigger', 'acknowledge', 'resolve'] as const)
      expect(await ask(worker, { team: 'all', action })).toBe(true);
    await delivered();
    for (const way of ['pagerduty', 'opsgenie', 'webhook'] as const)
      expect(actions(way)).toEqual(['trigger', 'acknowledge', 'resolve']);
    expect(
      standIns()
        .incidents()
        .map(({ state, woken }) => [state, woken]),
    ).toEqual(Array.from({ length: 3 }, () => ['closed', 1]));
  });

  it('that is asked for again is not sent again', async () => {
    const worker = start();
    for (let times = 0; times < 5; times += 1) await ask(worker);
    await delivered();
    await ask(worker);
    // Whatever the repeat might have sent would stand before this one.
    await ask(worker, { action: 'resolve' });
    await delivered();
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('of nobody is nobody’s', async () => {
    expect(await ask(start(), { team: 'constructor' })).toBe(false);
    expect(await pages().undelivered()).toEqual([]);
  });

  it('to a team that is gone from the configuration is told, and does not wait', async () => {
    const before = start();
    await close(before);
    await pages().request({ page: page(), ways: ['pagerduty'], now: now() });
    state.teams = {};
    await start().sweep();
    await delivered();
    expect(state.told).toEqual([
      'operations trigger pagerduty: slipway.yaml has no pagerduty for operations any more',
    ]);
  });
});

describe('an outage', () => {
  it('is outlasted, and the resolution waits for its trigger', async () => {
    const { pagerduty: faults } = standIns().faults;
    faults.down(true);
    const worker = start();
    await ask(worker);
    await ask(worker, { action: 'resolve' });
    await ask(worker, { dedupKey: 'staging/auth/timeouts' });
    await vi.waitFor(() => {
      expect(standIns().answers('pagerduty').length).toBeGreaterThan(10);
    }, patience);
    expect(actions()).toEqual([]);
    faults.down(false);
    await delivered();
    const { dedupKey } = page();
    const own = standIns()
      .received('pagerduty')
      .filter(({ key }) => key === dedupKey);
    expect(own.map(({ action }) => action)).toEqual(['trigger', 'resolve']);
    expect(
      standIns()
        .incidents()
        .map(({ key, state }) => [key, state]),
    ).toContainEqual(['staging/auth/timeouts', 'open']);
    expect(state.told).toEqual([]);
  });

  it('of one way holds up no other', async () => {
    standIns().faults.pagerduty.down(true);
    await ask(start(), { team: 'all' });
    await vi.waitFor(() => {
      expect([...actions('opsgenie'), ...actions('webhook')]).toEqual(['trigger', 'trigger']);
    }, patience);
    expect(actions()).toEqual([]);
  });

  it('in which answers get lost wakes once', async () => {
    const { pagerduty: faults } = standIns().faults;
    faults.fail('drop-after', 3);
    faults.rateLimit(undefined, 2);
    faults.fail('error-5xx', 2);
    await ask(start());
    await delivered();
    expect(actions()).toEqual(['trigger', 'trigger', 'trigger', 'trigger']);
    expect(
      standIns()
        .incidents()
        .map(({ woken }) => woken),
    ).toEqual([1]);
  });

  it('of more than a day ends in words', async () => {
    standIns().faults.pagerduty.down(true);
    const worker = start();
    await ask(worker);
    await vi.waitFor(() => {
      expect(standIns().answers('pagerduty').length).toBeGreaterThan(1);
    }, patience);
    state.ahead = 23.9 * 3_600_000;
    const tried = standIns().answers('pagerduty').length;
    await vi.waitFor(() => {
      expect(standIns().answers('pagerduty').length).toBeGreaterThan(tried + 1);
    }, patience);
    expect(state.told).toEqual([]);
    state.ahead = 24.1 * 3_600_000;
    await delivered();
    expect(state.told).toEqual(['operations trigger pagerduty: it could not be delivered for a day']);
    expect(await pages().outcome(page(), 'pagerduty')).toMatchObject({ kind: 'given-up' });
  });
});

it('quiet is kept for as long as it was asked for', async () => {
  standIns().faults.opsgenie.rateLimit(1);
  await ask(start(), { team: 'all' });
  await delivered();
  const [, second] = standIns().answers('opsgenie');
  expect(second).toBe(202);
  const [taken] = standIns().received('opsgenie');
  const [other] = standIns().received('webhook');
  expect(taken!.at - other!.at).toBeGreaterThan(700);
});

describe('a refusal', () => {
  it('is told, and never tried again', async () => {
    state.teams['operations'] = [{ ...waysTo(standIns()).pagerduty, routingKey: 'X'.repeat(32) }];
    const worker = start();
    await ask(worker);
    await ask(worker, { action: 'resolve' });
    await delivered();
    expect(standIns().answers('pagerduty')).toEqual([400, 400]);
    expect(state.told).toEqual([
      "operations trigger pagerduty: PagerDuty answered 400: Event object is invalid; 'routing_key' is not known",
      "operations resolve pagerduty: PagerDuty answered 400: Event object is invalid; 'routing_key' is not known",
    ]);
    expect(state.told.join()).not.toContain('XXXX');
    expect(await pages().outcome(page(), 'pagerduty')).toMatchObject({ kind: 'refused' });
  });

  it('that could not be told waits until it can', async () => {
    state.teams['operations'] = [{ ...waysTo(standIns()).pagerduty, routingKey: 'X'.repeat(32) }];
    let tries = 0;
    const worker = start({
      tellFailed: (...what) => {
        tries += 1;
        return tries < 3 ? Promise.reject(new Error('Slack is away')) : tell(...what);
      },
    });
    await ask(worker);
    await delivered();
    expect(tries).toBe(3);
    expect(state.told).toHaveLength(1);
  });
});
