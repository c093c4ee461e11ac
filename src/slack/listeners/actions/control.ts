import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { Control } from '../../../domain/controls.ts';
import { refusal } from '../../../domain/reasons.ts';
import { readControl } from '../../messages/control-buttons.ts';
import { refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { takeControl } from '../control.ts';
import type { Intake } from '../intake.ts';
import { clickedBy } from '../open.ts';

/** The buttons of an operation: Cancel, Hold, Resume, Promote now, Retry, Roll back. */
export function controlAction(control: Control, intake: Intake) {
  return async (
    args: SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs,
  ): Promise<void> => {
    await args.ack();
    const asker = clickedBy(args, intake);
    const operation = readControl(args.action.value);
    if (operation === undefined)
      return answer(asker.to, refused(refusal('NOT_FOUND', 'This button is not one of ours.')));
    return takeControl({ control, operation }, asker, intake);
  };
}
