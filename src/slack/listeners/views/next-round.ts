import { randomUUID } from 'node:crypto';
import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { z } from 'zod';
import { refusal } from '../../../domain/reasons.ts';
import { readRef } from '../../../domain/request/deploy.ts';
import { refused } from '../../messages/private.ts';
import { refField } from '../../messages/rounds/buttons.ts';
import { answer } from '../answer.ts';
import type { Intake } from '../intake.ts';
import { askForRound } from '../round.ts';

const wishSchema = z.object({
  operation: z.string(),
  after: z.number().int(),
  channel: z.string(),
  threadTs: z.string().optional(),
});

/** The window that asks what the next round deploys. */
export function nextRoundSubmission(intake: Intake) {
  return async (args: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> => {
    await args.ack();
    const { view, body, client } = args;
    const { channel, threadTs, ...value } = wishSchema.parse(JSON.parse(view.private_metadata));
    const { id: by, name: byName } = body.user;
    const to = { client, channel, user: by, threadTs, log: intake.log };
    const typed = view.state.values[refField.block]?.[refField.field]?.value ?? '';
    const ref = readRef(typed.trim(), '', intake.catalog);
    if (ref.kind === 'refused') return answer(to, refused(refusal(ref.problem.code, ref.problem.summary)));
    // A view is submitted once; its id is the same when that is delivered again.
    const person = { by, byName, typedIn: channel, deliveryId: view.id || randomUUID() };
    return askForRound({ ...value, way: 'deploy', ref: ref.value }, { person, to }, intake);
  };
}
