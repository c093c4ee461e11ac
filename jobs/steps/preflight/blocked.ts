import { blockedSummary } from '../../../src/domain/blocker.ts';
import { failed } from '../../step.ts';
import type { Looked } from './check.ts';

/** The failure that stops an operation before anything is changed. */
export function blocked({ blockers = [], ready = [], unchecked = [] }: Looked) {
  return failed('BLOCKED', {
    summary: blockedSummary(blockers),
    evidence: unchecked.map((text) => `Could not be checked: ${text}`),
    blockers: [...blockers],
    ready: [...ready],
  });
}
