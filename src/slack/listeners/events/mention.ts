import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { readAlertId, readStormId } from '../../../domain/alert/thread.ts';
import { alertMentionWords, mentionWords, parseAlertMention, parseMention } from '../../../domain/mention.ts';
import { refusal } from '../../../domain/reasons.ts';
import { alertMentionHelp } from '../../messages/alert/hand.ts';
import { mentionHelp, refused } from '../../messages/private.ts';
import { takeAlert } from '../alert.ts';
import { answer } from '../answer.ts';
import { takeControl } from '../control.ts';
import { type Intake, withinPatience } from '../intake.ts';
import type { Asker } from '../open.ts';
import { mentionSchema } from '../payloads.ts';

/** `@slipway hold` in a thread, where no slash command can be typed: does what the button does. */
export function mentionEvent(intake: Intake) {
  return async ({
    body,
    client,
  }: SlackEventMiddlewareArgs<'app_mention'> & AllMiddlewareArgs): Promise<void> => {
    const { by, text, channel, threadTs, deliveryId } = mentionSchema.parse(body);
    const to = { client, channel, user: by, threadTs, log: intake.log };
    if (threadTs === undefined) return answer(to, mentionHelp(mentionWords));
    const found = await withinPatience(intake.notes.operationAt(channel, threadTs));
    if (found.kind === 'unavailable') {
      intake.log.error({ err: found.cause }, 'the ledger did not answer to a mention');
      return answer(to, refused(refusal('LEDGER_UNAVAILABLE', 'The thread could not be looked up.')));
    }
    const said = { id: found.value ?? '', text };
    const person = { by, typedIn: channel, deliveryId };
    return hear(said, { to, person: { ...person, byName: await intake.names.of(by) } }, intake);
  };
}

interface Said {
  /** What the thread is of; `''` when it is none of slipway's. */
  readonly id: string;
  readonly text: string;
}

/** The words of an alert's thread are not those of an operation's. */
async function hear({ id, text }: Said, asker: Asker, intake: Intake): Promise<void> {
  const alert = readAlertId(id);
  if (alert !== undefined) {
    const wish = parseAlertMention(text);
    if (wish === 'help') return answer(asker.to, alertMentionHelp(alertMentionWords));
    return takeAlert({ ...alert, ...wish }, asker, intake);
  }
  if (readStormId(id) !== undefined) return answer(asker.to, alertMentionHelp(alertMentionWords));
  const control = parseMention(text);
  if (control === 'help' || id === '') return answer(asker.to, mentionHelp(mentionWords));
  return takeControl({ control, operation: id }, asker, intake);
}
