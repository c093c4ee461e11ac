import type {
  AllMiddlewareArgs,
  BlockAction,
  ButtonAction,
  SlackActionMiddlewareArgs,
  StaticSelectAction,
} from '@slack/bolt';
import type { AlertHand } from '../../../domain/alert/hand.ts';
import { refusal } from '../../../domain/reasons.ts';
import { readFiring } from '../../messages/alert/buttons.ts';
import { refused } from '../../messages/private.ts';
import { takeAlert } from '../alert.ts';
import { answer } from '../answer.ts';
import type { Intake } from '../intake.ts';
import { clickedBy } from '../open.ts';

type Click = SlackActionMiddlewareArgs<BlockAction<ButtonAction | StaticSelectAction>> & AllMiddlewareArgs;

/** The buttons of an alert, and its menu Snooze. */
export function alertAction(hand: AlertHand, intake: Intake) {
  return async (args: Click): Promise<void> => {
    await args.ack();
    const asker = clickedBy(args, intake);
    const { action } = args;
    const firing = readFiring(action.block_id);
    if (firing === undefined)
      return answer(asker.to, refused(refusal('NOT_FOUND', 'This button is not one of ours.')));
    const time = action.type === 'static_select' ? action.selected_option.value : undefined;
    return takeAlert({ hand, ...firing, time }, asker, intake);
  };
}
