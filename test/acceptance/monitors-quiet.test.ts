import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Alerts } from '../../src/ledger/alerts.ts';
import { actionsOf } from '../support/buttons.ts';
import {
  alertIn,
  always,
  everyMs,
  type Front,
  roundsMore,
  startFront,
  watching,
  withLedger,
} from '../support/monitored.ts';
import { people, startWorld, type World } from '../support/world.ts';

const minute = 60_000;
const rules = { serverErrors: { limit: '20%' } };

/** A freeze that has begun. A rule of cron begins with a minute, so it ends with one. */
function freezeUntil(end: number) {
  const begun = new Date(end - 10 * minute);
  return [
    { cron: `${begun.getUTCMinutes()} ${begun.getUTCHours()} * * *`, lasts: '10m', reason: 'the launch' },
  ];
}

describe.concurrent('quiet on request', () => {
  let world: World;
  let fronts: Readonly<Record<'locked' | 'frozen' | 'trial', Front>>;
  // Time for some rounds.
  const frozenUntil = Math.ceil((Date.now() + 30_000) / minute) * minute;
  beforeAll(async () => {
    const [locked, frozen, trial] = await Promise.all([startFront(), startFront(), startFront()]);
    fronts = { locked, frozen, trial };
    world = await startWorld({
      config: watching({
        locked: { url: locked.url, rules, monitors: { mute: ['lock'] } },
        frozen: {
          url: frozen.url,
          rules,
          monitors: { mute: ['freeze'] },
          more: { freeze: freezeUntil(frozenUntil) },
        },
        trial: { url: trial.url, rules: { serverErrors: { limit: '20%', dryRun: true } } },
      }),
    });
    await world.start('start');
  });
  afterAll(async () => {
    await world.stop();
    await Promise.all(Object.values(fronts).map((front) => front.stop()));
  });

  it('while a lock holds no rule fires, and what is still bad fires when it ends', async () => {
    const alert = alertIn(world, 'locked', 'serverErrors');
    await world.asked('/deploy lock locked "load test" 2h', people.operator);
    fronts.locked.behave(always('fail'));
    await world.asked('/monitor locked start');
    // Two bad rounds would do.
    await roundsMore(world, 'locked', 3);
    expect([alert.root(), alert.pages()]).toEqual([undefined, []]);
    await world.asked('/deploy unlock locked', people.operator);
    await alert.says('firing');
    await world.until(() => (alert.pages().length > 0 ? true : undefined));
    expect(alert.pages()).toEqual(['trigger']);
  });

  it('while a freeze holds no rule fires, and what is still bad fires when it ends', async () => {
    const alert = alertIn(world, 'frozen', 'serverErrors');
    fronts.frozen.behave(always('fail'));
    await world.asked('/monitor frozen start');
    await alert.says('firing');
    const { firedAt = 0, since = 0 } =
      (await withLedger(world, (ledger) => new Alerts(ledger, () => undefined).alert(alert.key))) ?? {};
    // It was bad for long enough before.
    expect(since).toBeLessThan(frozenUntil - 2 * everyMs);
    expect(firedAt).toBeGreaterThanOrEqual(frozenUntil);
    await world.until(() => (alert.pages().length > 0 ? true : undefined));
    expect(alert.pages()).toEqual(['trigger']);
  });

  it('a rule in trial says that it would have fired, and wakes nobody', async () => {
    const alert = alertIn(world, 'trial', 'serverErrors');
    fronts.trial.behave(always('fail'));
    await world.asked('/monitor trial start');
    const { text } = await alert.says('would have fired');
    expect(text).toContain('*Trial run*');
    expect(text).toContain('*Would have paged* operations');
    fronts.trial.behave(always('answer'));
    const over = await alert.says('would have been resolved');
    expect(actionsOf(over)).toEqual(['alert_checks']);
    expect(alert.pages()).toEqual([]);
  });
});
