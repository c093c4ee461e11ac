import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { mentionWords, parseMention } from '../../../domain/mention.ts';
import { refusal } from '../../../domain/reasons.ts';
import { mentionHelp, refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { takeControl } from '../control.ts';
import { type Intake, withinPatience } from '../intake.ts';
import { mentionSchema } from '../payloads.ts';

/** `@slipway hold` in a thread, where no slash command can be typed: does what the button does. */
export function mentionEvent(intake: Intake) {
  return async ({
    body,
    client,
  }: SlackEventMiddlewareArgs<'app_mention'> & AllMiddlewareArgs): Promise<void> => {
    const { by, text, channel, threadTs, deliveryId } = mentionSchema.parse(body);
    const to = { client, channel, user: by, threadTs, log: intake.log };
    const control = parseMention(text);
    if (control === 'help' || threadTs === undefined) return answer(to, mentionHelp(mentionWords));
    const found = await withinPatience(intake.notes.operationAt(channel, threadTs));
    if (found.kind === 'unavailable') {
      intake.log.error({ err: found.cause }, 'the ledger did not answer to a mention');
      return answer(to, refused(refusal('LEDGER_UNAVAILABLE', 'The operation could not be looked up.')));
    }
    if (found.value === undefined) return answer(to, mentionHelp(mentionWords));
    const byName = await intake.names.of(by);
    const person = { by, byName, typedIn: channel, deliveryId };
    return takeControl({ control, operation: found.value }, { person, to }, intake);
  };
}
