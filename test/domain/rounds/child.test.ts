import { expect, it } from 'vitest';
import { childRequest } from '../../../src/domain/rounds/child.ts';
import { started, told } from '../../support/operations.ts';
import { roundsRequested } from '../../support/rounds.ts';
import { backend } from '../../cloud/support.ts';

it.each(['deploy', 're-run'] as const)('a round that is a %s has no issue: its rounds tell it', (way) => {
  const rounds = told(roundsRequested({ issue: 128 }), started);
  const move = { kind: 'begin', round: 2, way, ref: 'main' } as const;
  const child = childRequest({ rounds, move, targets: [backend], standing: [] });
  expect(child.parent).toEqual({ operation: 'staging-42', round: 2 });
  expect(child.issue).toBeUndefined();
});
