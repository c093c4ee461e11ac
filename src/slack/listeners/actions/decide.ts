import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { type ApprovalClick, decideClick } from '../../../domain/approval.ts';
import { type Refusal, refusal } from '../../../domain/reasons.ts';
import { type ButtonValue, readButton } from '../../messages/decision-buttons.ts';
import { refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { type Intake, withinPatience } from '../intake.ts';
import { clickSchema } from '../payloads.ts';

type Click = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;

/** Slack may be slow to say who belongs to a group; the ledger needs the rest of the person's patience. */
const lookUpMs = 1_000;

/** Two people may click at once: the slower one reads again what the faster one wrote. */
const tries = 5;

/** The buttons Approve and Reject. */
export function decideAction(kind: ApprovalClick['kind'], intake: Intake) {
  return async ({ ack, action, body, respond, client }: Click): Promise<void> => {
    await ack();
    const { by, byName, channel, threadTs } = clickSchema.parse(body);
    const button = readButton(action.value);
    const problem =
      button === undefined
        ? refusal('NOT_FOUND', 'This button is not one of ours.')
        : await settle({ ...button, by, byName, kind }, intake);
    if (problem === undefined) return;
    const to = { respond, client, channel, user: by, threadTs, log: intake.log };
    await answer(to, refused(problem));
  };
}

type Decision = ButtonValue & Pick<ApprovalClick, 'kind' | 'by' | 'byName'>;

/** @returns why the click does not count, or undefined when it does: then the thread shows it. */
async function settle(decision: Decision, intake: Intake): Promise<Refusal | undefined> {
  const kept = await withinPatience(record(decision, intake));
  if (kept.kind === 'kept') return kept.value;
  intake.log.error({ err: kept.cause, operation: decision.operation }, 'the ledger did not take a click');
  return refusal('LEDGER_UNAVAILABLE', 'Your click could not be written down.');
}

/** Writes the decision down if it counts, and wakes the operation that waits for it. */
async function record(decision: Decision, intake: Intake): Promise<Refusal | undefined> {
  const { ledger, producer, approvers, now } = intake;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const operation = await ledger.operation(decision.operation);
    const looked = await withinPatience(approvers.members(operation?.approval?.by ?? []), lookUpMs);
    const members = looked.kind === 'kept' ? looked.value : 'unknown';
    const verdict = decideClick(operation, { ...decision, members, at: now() });
    if (verdict.kind === 'refuse' || operation === undefined)
      return verdict.kind === 'refuse' ? verdict.refusal : undefined;
    if (await ledger.appendIf(operation, verdict.event)) {
      await producer.wake(decision.operation);
      return undefined;
    }
  }
  return refusal('LEDGER_UNAVAILABLE', 'Too many people clicked at once.');
}
