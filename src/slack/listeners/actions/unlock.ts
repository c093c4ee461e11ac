import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { refusal } from '../../../domain/reasons.ts';
import { readUnlock } from '../../messages/gate-buttons.ts';
import { refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import type { Intake } from '../intake.ts';
import { unlockEnvironment } from '../lock.ts';
import { clickedBy } from '../open.ts';

/** The button Unlock, in the channel or in a refusal. */
export function unlockButtonAction(intake: Intake) {
  return async (
    args: SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs,
  ): Promise<void> => {
    await args.ack();
    const asker = clickedBy(args, intake);
    const value = readUnlock(args.action.value);
    if (value === undefined || !Object.hasOwn(intake.catalog.environments, value.environment))
      return answer(asker.to, refused(refusal('NOT_FOUND', 'This button is not one of ours.')));
    return unlockEnvironment(value, asker, intake);
  };
}
