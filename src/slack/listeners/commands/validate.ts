import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { suitesPlan, validatePlan } from '../../../domain/plan.ts';
import { refusal } from '../../../domain/reasons.ts';
import { parseValidate } from '../../../domain/request/validate.ts';
import { refused, validateHelp } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import type { Intake } from '../intake.ts';
import { addresseeOf, openOperation } from '../open.ts';
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
    const { services, environment, suites } = parsed.request;
    const [first = ''] = services;
    const target = intake.targetOf({ service: first, environment });
    if (target === undefined)
      return answer(to, refused(refusal('CONFIG_CHANGED', 'This target is not configured.')));
    const { channel, ref } = target;
    const wanted = suites === undefined ? {} : { suites: { names: [...suites], gate: false } };
    const plan = [...(suites === undefined ? validatePlan : suitesPlan)];
    const asked = {
      kind: 'validate' as const,
      services: [...services],
      environment,
      ref,
      plan,
      channel,
      ...wanted,
    };
    return openOperation({ asked, person: command, to }, intake);
  };
}
