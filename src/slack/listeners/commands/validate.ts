import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { parseValidate } from '../../../domain/request/validate.ts';
import { refused, validateHelp } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { beginValidate } from '../begin-validate.ts';
import type { Intake } from '../intake.ts';
import { addresseeOf } from '../open.ts';
import { commandSchema } from '../payloads.ts';

/** `/validate [service] <environment> [suites[:…]]` */
export function validateCommand(intake: Intake) {
  return async (args: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    // Asked for first; sent once this is written down, or after 1.5 s whatever is down (src/slack/receiver.ts).
    await args.ack();
    const command = commandSchema.parse(args.command);
    const to = addresseeOf(args, command, intake);
    const parsed = parseValidate(command.text, intake.catalog);
    if (parsed.kind === 'help') return answer(to, validateHelp(intake.catalog));
    if (parsed.kind === 'refused') return answer(to, refused(parsed.refusal));
    return beginValidate(parsed.request, { person: command, to }, intake);
  };
}
