import {
  type Control,
  type ControlDecision,
  controlsOf,
  controlTitle,
  controlTitles,
  decideControl,
  meant,
} from '../../domain/controls.ts';
import type { Operation } from '../../domain/operation.ts';
import { operationLabel } from '../../domain/operation.ts';
import type { Role } from '../../domain/policy.ts';
import { type Refusal, refusal } from '../../domain/reasons.ts';
import { roundHandsOf } from '../../domain/rounds/ask.ts';
import { gateRefused } from '../messages/gate.ts';
import { noted, type PrivateAnswer, refused } from '../messages/private.ts';
import { again } from './again.ts';
import { answer } from './answer.ts';
import { askRole } from './gate.ts';
import { type Intake, withinPatience } from './intake.ts';
import type { Asker } from './open.ts';
import { askForRound } from './round.ts';

/** Two people may click at once: the slower one reads again what the faster one wrote. */
const tries = 5;

export interface Controlling {
  readonly control: Control;
  /** Id of the operation. */
  readonly operation: string;
}

/** Does what a button of an operation, or the word of a mention, asks for; whoever may not is told in private. */
export async function takeControl(wish: Controlling, asker: Asker, intake: Intake): Promise<void> {
  const { operation: id } = wish;
  const read = await withinPatience(intake.ledger.operation(id));
  if (read.kind === 'unavailable') return unavailable(read.cause, asker, intake);
  const operation = read.value;
  if (operation === undefined)
    return answer(asker.to, refused(refusal('NOT_FOUND', 'This operation is not in the ledger.')));
  const round = wish.control === 'cancelled' ? undefined : openRound(operation);
  // What is said in the thread of rounds, and is not about all of them, is about the one under way.
  if (round !== undefined) return takeControl({ ...wish, operation: round }, asker, intake);
  if (wish.control === 'retry' && roundHandsOf(operation).includes('retry'))
    return askForRound(
      { way: 'retry', operation: id, after: operation.rounds?.list.length ?? 0 },
      asker,
      intake,
    );
  const control = meant(wish.control, operation);
  if (control === 'retry' || control === 'rollback') {
    const stale = controlsOf(operation).includes(control)
      ? await overtaken(operation, control, intake)
      : over(operation, control);
    if (stale !== undefined) return answer(asker.to, refused(stale));
    return again(operation, control, { asker, intake });
  }
  const roles = roleOf(operation, intake);
  const deed = `${controlTitle(control, operation).toLowerCase()} in ${operation.request.environment}`;
  const blocks = roles === undefined ? [] : await askRole({ by: asker.person.by, ...roles, deed }, intake);
  if (blocks.length > 0) return answer(asker.to, gateRefused(blocks));
  const written = await withinPatience(write({ ...wish, control }, asker, intake));
  if (written.kind === 'unavailable') return unavailable(written.cause, asker, intake);
  if (written.value !== undefined) await answer(asker.to, written.value);
}

function openRound({ rounds }: Operation): string | undefined {
  const last = rounds?.list.at(-1);
  return last?.summary === undefined ? last?.operation : undefined;
}

/** The role that covers an operation's controls; a validation changes nothing, so anybody ends it. */
function roleOf({ request }: Operation, intake: Intake) {
  const [service = ''] = request.services;
  const roles = intake.targetOf({ service, environment: request.environment })?.gates?.roles;
  if (roles === undefined || request.kind === 'validate') return undefined;
  const role: Role = request.kind === 'rollback' || request.back === true ? 'rollback' : 'deploy';
  return { roles, role };
}

type Hand = Controlling & { readonly control: Exclude<Control, 'retry' | 'rollback'> };

/** @returns what to tell the person, if anything: the thread shows the rest. */
async function write(
  { control, operation: id }: Hand,
  { person: { by, byName } }: Asker,
  { ledger, producer, now }: Intake,
): Promise<PrivateAnswer | undefined> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const operation = await ledger.operation(id);
    const decided: ControlDecision = decideControl(operation, { control, by, byName, at: now() });
    if (decided.kind === 'refuse' || operation === undefined)
      return decided.kind === 'refuse' && !isOwn(operation, control, by)
        ? refused(decided.refusal)
        : undefined;
    if (await ledger.appendIf(operation, decided.event)) {
      await producer.wake(id);
      return noted(`*${controlTitle(control, operation)}* is noted for ${operationLabel(id)}.`);
    }
  }
  return refused(refusal('LEDGER_UNAVAILABLE', 'Too many people clicked at once.'));
}

/** Clicked or delivered twice: it is done, and nobody needs to hear that it is too late. */
function isOwn(operation: Operation | undefined, control: Hand['control'], by: string): boolean {
  if (
    operation === undefined ||
    control === 'resumed' ||
    control === 'overruled' ||
    operation.phase === 'finished'
  )
    return false;
  // Of a countdown the last hand counts; one that was cancelled in it is hurried.
  const countdown = operation.countdowns.at(-1);
  if (control === 'kept') return countdown?.kept?.by === by;
  if (control === 'cancelled' && countdown?.hurried?.by === by) return true;
  return operation[control]?.by === by;
}

function over(operation: Operation, control: Control): Refusal {
  const state = operation.phase === 'finished' ? `ended ${operation.outcome ?? ''}` : 'has not ended';
  const label = operationLabel(operation.id);
  return refusal('CONTROL_OVER', `${controlTitles[control]} does nothing now: ${label} ${state.trim()}.`);
}

/** Users are served by a later deploy: going back behind this one is not what its button meant. */
async function overtaken(
  { id, request }: Operation,
  control: 'retry' | 'rollback',
  { served, targetOf }: Intake,
): Promise<Refusal | undefined> {
  if (control === 'retry' || request.kind === 'infrastructure') return undefined;
  const { services, environment } = request;
  const lists = await Promise.all(
    services.map(async (service) => {
      const target = targetOf({ service, environment });
      return target === undefined ? [] : served.list(target);
    }),
  );
  const last = lists.map((list) => list[0]?.operation).find((other) => other !== undefined && other !== id);
  if (last === undefined) return undefined;
  const label = operationLabel(last);
  return refusal('CONTROL_OVER', `${label} serves users now, not ${operationLabel(id)}.`);
}

async function unavailable(cause: unknown, { to }: Asker, { log }: Intake): Promise<void> {
  log.error({ err: cause }, 'the ledger did not take a click');
  await answer(to, refused(refusal('LEDGER_UNAVAILABLE', 'Your click could not be written down.')));
}
