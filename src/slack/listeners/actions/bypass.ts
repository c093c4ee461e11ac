import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { refusal } from '../../../domain/reasons.ts';
import { bypassModal } from '../../messages/bypass.ts';
import { readBypass } from '../../messages/gate-buttons.ts';
import { refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import type { Intake } from '../intake.ts';
import { clickedBy } from '../open.ts';

/** The button Emergency bypass: asks for the reason. Whether it may be is decided when that is given. */
export function bypassButtonAction(intake: Intake) {
  return async (
    args: SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs,
  ): Promise<void> => {
    await args.ack();
    const { to, person } = clickedBy(args, intake);
    const value = readBypass(args.action.value);
    if (
      value === undefined ||
      !value.services.every((service) => intake.targetOf({ ...value, service }) !== undefined)
    )
      return answer(to, refused(refusal('NOT_FOUND', 'This button is not one of ours.')));
    await args.client.views.open({
      trigger_id: args.body.trigger_id,
      view: bypassModal({ ...value, channel: person.typedIn }),
    });
  };
}
