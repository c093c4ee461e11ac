import { failed } from '../../step.ts';
import type { Looked } from './check.ts';

/** The failure that stops an operation before anything is changed. */
export function blocked({ blockers = [], ready = [], unchecked = [] }: Looked) {
  const names = blockers.map(({ what }) => what).join(', ');
  return failed('BLOCKED', {
    summary: `${names} ${blockers.length === 1 ? 'stands' : 'stand'} in the way; nothing was changed.`,
    evidence: unchecked.map((text) => `Could not be checked: ${text}`),
    blockers: [...blockers],
    ready: [...ready],
  });
}
