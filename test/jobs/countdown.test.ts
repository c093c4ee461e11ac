import { describe, expect, it } from 'vitest';
import { takeBack } from '../../jobs/countdown.ts';
import type { StepContext } from '../../jobs/step.ts';
import type { Event } from '../../src/domain/events.ts';
import { fold } from '../../src/domain/fold.ts';
import { countingDown, fired, going, hand, moved } from '../support/countdowns.ts';
import { began, timed, type Untimed } from '../support/operations.ts';

interface Case {
  /** What the ledger holds. */
  readonly events: readonly Untimed[];
  readonly countdownMs?: number;
  readonly now?: () => number;
  readonly look?: () => Promise<never>;
  /** Written by somebody else just before the first event of this type. */
  readonly before?: { readonly type: Event['type']; readonly by: Untimed };
}

/** Runs it on a ledger in memory; no call waits, because the end is in the past or somebody has decided. */
async function run({ events, countdownMs = 30_000, now = () => began + 3_600_000, look, before }: Case) {
  const ledger = [...timed(events)];
  const reload = () => Promise.resolve(fold(ledger));
  const append = (event: Event) => {
    const written = ledger.slice(events.length).some(({ type }) => type === before?.type);
    if (before?.type === event.type && !written) ledger.push({ ...before.by, at: event.at });
    ledger.push(event);
    return Promise.resolve();
  };
  const parts = { operation: fold(ledger), append, reload, now };
  const target = { rollout: { countdownMs } };
  const signal = new AbortController().signal;
  const context = { ...parts, target, signal } as unknown as StepContext;
  const back = true;
  const again = look ?? (() => Promise.resolve([fired]));
  const outcome = await takeBack({ percent: 50, seen: [fired], look: again, back }, context);
  return { outcome, written: ledger.slice(events.length).map(({ type }) => type) };
}

const watching = [...going, moved(50)];
const gone = { kind: 'failed', failure: { code: 'TRIGGER_FIRED' } };

describe('taking users back', () => {
  it('is at once where no countdown is configured', async () => {
    const { outcome, written } = await run({ events: watching, countdownMs: 0 });
    expect(outcome).toMatchObject(gone);
    expect(written).toEqual(['watched']);
  });

  it('goes on to the end that another worker has begun to wait for, and says so once', async () => {
    const { outcome, written } = await run({ events: countingDown });
    expect(outcome).toMatchObject(gone);
    expect(written).toEqual(['countdown-over', 'watched']);
  });

  it('does not end twice', async () => {
    const { outcome, written } = await run({ events: [...countingDown, { type: 'countdown-over' }] });
    expect(outcome).toMatchObject(gone);
    expect(written).toEqual(['watched']);
  });

  it('goes on to the end that stands in the ledger when the configuration has another one now', async () => {
    const { outcome } = await run({ events: countingDown, countdownMs: 0 });
    expect(outcome).toMatchObject({ failure: { summary: expect.stringContaining('in the 30 s') as string } });
  });

  it('does not happen when somebody kept it just before the end was written', async () => {
    const before = { type: 'countdown-over', by: hand('kept') } as const;
    const { outcome, written } = await run({ events: countingDown, before });
    expect(outcome).toBeUndefined();
    expect(written).toEqual(['kept', 'countdown-over']);
  });

  it('names who did not wait for the end', async () => {
    const { outcome, written } = await run({
      events: [...countingDown, hand('cancelled')],
      now: () => began,
    });
    const summary = expect.stringContaining('developer did not wait') as string;
    expect(outcome).toMatchObject({ failure: { code: 'TRIGGER_FIRED', summary } });
    expect(written).toEqual(['watched']);
  });

  it('does not depend on what can be measured meanwhile', async () => {
    const until = began + 3_600_000;
    // The clock is just before the end at first, so that it looks once more.
    const events = [...watching, { ...countingDown.at(-1)!, until } as Untimed];
    const clock = { now: until - 1 };
    const look = () => {
      clock.now = until;
      return Promise.reject(new Error('no answer'));
    };
    const { outcome } = await run({ events, look, now: () => clock.now });
    expect(outcome).toMatchObject(gone);
  });

  it('counts down anew at the share after one that was kept', async () => {
    const events = [...countingDown, hand('kept'), moved(100)];
    const before = { type: 'countdown-over', by: hand('cancelled') } as const;
    let clock = began + 3_600_000;
    // Each look at the clock finds it a minute later.
    const now = () => (clock += 60_000);
    const { outcome, written } = await run({ events, before, now });
    expect(written).toEqual(['trigger-fired', 'cancelled', 'countdown-over', 'watched']);
    expect(outcome).toMatchObject(gone);
  });
});
