import type { Split } from '../../src/domain/results.ts';
import type { Trigger } from '../../src/domain/trigger.ts';
import {
  allDone,
  began,
  begin,
  broken,
  candidate,
  done,
  end,
  requested,
  results,
  stable,
  started,
  type Untimed,
} from './operations.ts';

export const developer = { by: 'U0DEVELOPER', byName: 'developer' } as const;

export const fired: Trigger = {
  name: 'serverErrors',
  source: 'probes',
  value: 0.31,
  limit: 0.2,
  samples: 120,
  failures: 37,
  fired: true,
};

const halves: Split = [
  { revision: candidate, percent: 50 },
  { revision: stable, percent: 50 },
];

export const moved = (percent: number, split: Split = halves): Untimed => ({
  type: 'traffic-moved',
  percent,
  split,
  stableErrors: 0,
});

export const hand = (type: 'kept' | 'cancelled' | 'held', byName = 'developer'): Untimed => ({
  type,
  by: developer.by,
  byName,
});

/** A deploy that is about to move users. */
export const going: readonly Untimed[] = [
  requested(),
  started,
  ...allDone('preflight', 'build', 'candidate', 'prove'),
  begin('shift'),
];
/** The seconds after `began` at which users were moved, and at which the trigger fired. */
export const movedAfter = going.length;
export const firedAfter = movedAfter + 1;

/** The trigger was above its limit half a second after the move. */
export const countingDown: readonly Untimed[] = [
  ...going,
  moved(50),
  {
    type: 'trigger-fired',
    percent: 50,
    triggers: [{ ...fired, since: began + movedAfter * 1000 + 500 }],
    until: began + (firedAfter + 30) * 1000,
  },
];

/** It fired, and users were put back. */
export const wentBack: readonly Untimed[] = [
  { type: 'watched', percent: 50, triggers: [fired] },
  ...broken('shift', 'TRIGGER_FIRED').slice(1),
  ...done('restore', { ...results.restore, moved: true, tookMs: 2_000 }),
  end('rolled-back'),
];
