import { openCountdown } from './countdown.ts';
import type { ControlKind, Event, Outcome } from './events.ts';
import { awaitsApproval, type Operation, operationLabel, partsOf, stepOf } from './operation.ts';
import { type Refusal, refusal } from './reasons.ts';

/** What a button or a mention asks for. `retry` and `rollback` begin an operation of their own. */
export type Control = ControlKind | 'retry' | 'rollback';

/** What people read on the button, and may say in a mention. */
export const controlTitles = {
  cancelled: 'Cancel',
  held: 'Hold',
  resumed: 'Resume',
  promoted: 'Promote now',
  adopted: 'Keep their change',
  overruled: 'Put ours back',
  kept: 'Keep',
  retry: 'Retry',
  rollback: 'Roll back',
} as const satisfies Record<Control, string>;

/** What the control is called in this state: to cancel is to go back when it is about that already. */
export function controlTitle(control: Control, operation: Operation): string {
  if (control === 'cancelled' && operation.rounds !== undefined) return 'Cancel rounds';
  const goesBack = control === 'cancelled' && counts(operation);
  return goesBack ? 'Roll back now' : controlTitles[control];
}

/** What somebody asks for with it in this state: during a countdown to roll back is not to wait for its end. */
export function meant(control: Control, operation: Operation): Control {
  return control === 'rollback' && counts(operation) ? 'cancelled' : control;
}

function counts(operation: Operation): boolean {
  return partsOf(operation).some((part) => openCountdown(part) !== undefined);
}

/** The controls that act in this state, in the order of the buttons. Pure: a click is decided by the same list. */
export function controlsOf(operation: Operation): readonly Control[] {
  if (operation.phase === 'finished') return afterEnd(operation);
  if (operation.failure !== undefined || operation.cancelled !== undefined) return [];
  // What somebody kept ends it: there is nothing left to take a hand in.
  if (partsOf(operation).every(({ adopted }) => adopted !== undefined)) return [];
  // Of several services, some may be moving while others are not.
  const own = new Set(partsOf(operation).flatMap(whileMoving));
  // Where it stands among the moves, Cancel is what takes users back.
  return moving.filter((control) => control === 'cancelled' || own.has(control));
}

const moving = ['kept', 'adopted', 'overruled', 'held', 'resumed', 'promoted', 'cancelled'] as const;

/** What else can be done while users of one service are moved. */
function whileMoving(part: Operation): readonly Control[] {
  const { request, moves, drift, adopted, held, promoted } = part;
  if (openCountdown(part) !== undefined) return ['kept'];
  // Whatever the step: it waits for a person's word.
  if (drift !== undefined) return adopted === undefined ? ['adopted', 'overruled'] : [];
  if (request.kind !== 'deploy' || stepOf(part, 'shift')?.status !== 'running' || moves.length === 0)
    return [];
  const jumped = (promoted?.at ?? 0) >= (moves.at(-1)?.at ?? 0);
  return [held === undefined ? 'held' : 'resumed', ...(jumped ? [] : (['promoted'] as const))];
}

const retried: ReadonlySet<Outcome | undefined> = new Set([
  'blocked',
  'failed',
  'rolled-back',
  'cancelled',
  'expired',
]);

function afterEnd({ request, outcome }: Operation): readonly Control[] {
  // Tests and rounds: what they need was not there, so they have not begun.
  if (outcome === 'blocked' && request.kind !== 'rollback') return ['retry'];
  if (request.kind !== 'deploy' && request.kind !== 'infrastructure') return [];
  if (outcome === 'succeeded') return request.back === true ? [] : ['rollback'];
  return retried.has(outcome) ? ['retry'] : [];
}

export interface ControlClick {
  readonly control: ControlKind;
  readonly by: string;
  readonly byName: string;
  readonly at: number;
}

export type ControlDecision =
  | { readonly kind: 'accept'; readonly event: Event }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/** Decides whether a control still acts. Whether the person may is the matter of the gates. */
export function decideControl(operation: Operation | undefined, click: ControlClick): ControlDecision {
  if (operation === undefined)
    return { kind: 'refuse', refusal: refusal('NOT_FOUND', 'This operation is not in the ledger.') };
  const { control, by, byName, at } = click;
  if (controlsOf(operation).includes(control))
    return { kind: 'accept', event: { type: control, at, by, byName } };
  const label = operationLabel(operation.id);
  const summary = `${controlTitles[control]} does nothing now: ${label} ${stateText(operation)}.`;
  return { kind: 'refuse', refusal: refusal('CONTROL_OVER', summary) };
}

function stateText(operation: Operation): string {
  if (operation.phase === 'finished') return 'has ended';
  if (operation.cancelled !== undefined) return `is being cancelled by ${operation.cancelled.byName}`;
  if (operation.failure !== undefined) return 'is being undone';
  if (counts(operation)) return 'counts down to going back';
  if (operation.phase === 'queued') return 'waits for its turn';
  if (awaitsApproval(operation)) return 'waits for an approval';
  if (operation.held !== undefined) return `is held by ${operation.held.byName}`;
  return 'moves no traffic now';
}
