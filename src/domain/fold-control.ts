import { changeLast, isOpen, openCountdown } from './countdown.ts';
import type { ControlKind, EventOf } from './events.ts';
import type { Operation } from './operation.ts';

/** What somebody has clicked or typed. A hand that comes too late changes nothing: who decides on a click says so. */
export function applyControl(
  operation: Operation,
  { type, by, byName, at }: EventOf<ControlKind>,
): Operation {
  if (operation.failure !== undefined) return operation;
  const hand = { by, byName, at };
  switch (type) {
    case 'kept':
      return changeLast(operation, (last) => (isOpen(last) ? { ...last, kept: hand } : last));
    case 'cancelled':
      // It goes back anyway, for what was measured: the person only does not wait.
      return openCountdown(operation) === undefined
        ? { ...operation, cancelled: operation.cancelled ?? hand }
        : changeLast(operation, (last) => ({ ...last, hurried: hand }));
    case 'held':
      return { ...operation, held: operation.held ?? hand };
    case 'adopted':
      // Several services: only the one that somebody else changed.
      return operation.drift === undefined ? operation : { ...operation, adopted: hand };
    case 'overruled': {
      const { drift: _, ...own } = operation;
      return own;
    }
    case 'promoted':
    case 'resumed': {
      const { held: _, ...free } = operation;
      return type === 'promoted' ? { ...free, promoted: hand } : free;
    }
  }
}
