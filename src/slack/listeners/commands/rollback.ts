import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { parseRollback } from '../../../domain/request/rollback.ts';
import { refused, rollbackHelp } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { beginInfrastructure, beginRollback } from '../begin.ts';
import type { Intake } from '../intake.ts';
import { addresseeOf } from '../open.ts';
import { commandSchema } from '../payloads.ts';

/** `/rollback <services> <environment> [revision]` */
export function rollbackCommand(intake: Intake) {
  return async (args: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    // Asked for first; sent once this is written down, or after 1.5 s whatever is down (src/slack/receiver.ts).
    await args.ack();
    const person = commandSchema.parse(args.command);
    const to = addresseeOf(args, person, intake);
    const parsed = parseRollback(person.text, intake.catalog);
    if (parsed.kind === 'help') return answer(to, rollbackHelp(intake.catalog));
    if (parsed.kind === 'refused') return answer(to, refused(parsed.refusal));
    if (parsed.kind === 'infrastructure') return beginInfrastructure(parsed.request, { person, to }, intake);
    return beginRollback(parsed.request, { person, to }, intake);
  };
}
