import { describe, expect, it } from 'vitest';
import {
  type Blindness,
  blindnessOf,
  decideSight,
  type Looked,
  lookedAt,
  type SightEvent,
} from '../../../src/domain/monitor/sight.ts';
import { began } from '../../support/operations.ts';
import { everyMs, roundAt } from '../../support/monitoring.ts';

const hour = 3_600_000;
/** As many rounds; those that saw nothing are `x`, half of it `h`, the others `.`. */
const rounds = (seen: string) =>
  Array.from(seen).map((each, index) => {
    const blind = { x: { tallies: {}, blind: 10, diagnoses: ['PROBER_DNS'] }, h: { blind: 4 } }[each] ?? {};
    return roundAt(began + index * everyMs, 0, blind);
  });
const looked = (service: string, seen: string) => lookedAt(service, rounds(seen));
const lost = (at: number, services: readonly string[] = ['backend']): SightEvent => ({
  type: 'lost',
  at,
  since: at - 30_000,
  channel: 'C0DEPLOYS',
  services: [...services],
  diagnoses: ['PROBER_DNS'],
});
const decide = (known: Blindness | undefined, ...all: readonly Looked[]) =>
  decideSight({ known, looked: all, channel: 'C0DEPLOYS', now: began });
const told = (...events: readonly SightEvent[]) => blindnessOf('staging', events);

describe('a service', () => {
  it.each([
    ['...xxx', 'blind'],
    ['xxx...', 'seeing'],
    ['...xx', 'unsure'],
    ['..x.xx', 'unsure'],
    ['xx', 'unsure'],
    ['', 'unsure'],
    // What is seen by more than half is judged.
    ['hhh', 'seeing'],
  ])('of which the rounds were %s is %s', (seen, sight) => {
    expect(looked('backend', seen).sight).toBe(sight);
  });
});

describe('people are told', () => {
  it('that nothing is seen, of which services, since when and why', () => {
    expect(decide(undefined, looked('backend', '.xxx'), looked('auth', '....'))).toEqual({
      type: 'lost',
      at: began,
      since: began + everyMs,
      channel: 'C0DEPLOYS',
      services: ['backend'],
      diagnoses: ['PROBER_DNS'],
    });
    expect(decide(undefined, looked('backend', '....'))).toBeUndefined();
  });

  it('once, and of more services in the same message', () => {
    const known = told(lost(began));
    expect(decide(known, looked('backend', 'xxx'), looked('auth', '...'))).toBeUndefined();
    const more = decide(known, looked('backend', 'xxx'), looked('auth', 'xxx'));
    expect(more).toMatchObject({ type: 'lost', services: ['backend', 'auth'] });
    expect(told(lost(began), lost(began + everyMs, ['backend', 'auth']))).toMatchObject({
      began,
      times: 1,
      since: began - 30_000,
      services: ['backend', 'auth'],
    });
  });

  it('of the end, when all is seen again', () => {
    const known = told(lost(began));
    expect(decide(known, looked('backend', '...'), looked('auth', 'x..'))).toBeUndefined();
    expect(decide(known, looked('backend', '...'), looked('auth', '...'))).toEqual({
      type: 'regained',
      at: began,
    });
    expect(
      decide(told(lost(began), { type: 'regained', at: began }), looked('backend', '...')),
    ).toBeUndefined();
  });

  it('in the same thread within an hour, and then in another one', () => {
    const over: SightEvent = { type: 'regained', at: began + 60_000 };
    expect(told(lost(began), over)).toMatchObject({ began, endedAt: over.at, times: 1, version: 2 });
    const again = told(lost(began), over, lost(over.at + hour - 1));
    expect(again).toMatchObject({ began, times: 2 });
    expect(again).not.toHaveProperty('endedAt');
    expect(told(lost(began), over, lost(over.at + hour))).toMatchObject({ began: over.at + hour, times: 1 });
  });
});
