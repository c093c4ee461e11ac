import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { deployPlan, planPolicy } from '../../../domain/plan.ts';
import { refusal } from '../../../domain/reasons.ts';
import { parseDeploy } from '../../../domain/request.ts';
import { deployHelp, refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import type { Intake } from '../intake.ts';
import { addresseeOf, openOperation } from '../open.ts';
import { commandSchema } from '../payloads.ts';

/** `/deploy <service> <environment> [ref:…]` */
export function deployCommand(intake: Intake) {
  return async (args: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    // First of all, and whatever is down: after 3 s Slack tells the person that the command failed.
    await args.ack();
    const command = commandSchema.parse(args.command);
    const to = addresseeOf(args, command, intake);
    const parsed = parseDeploy(command.text, intake.catalog);
    if (parsed.kind === 'help') return answer(to, deployHelp(intake.catalog));
    if (parsed.kind === 'refused') return answer(to, refused(parsed.refusal));
    const { service, environment, ref } = parsed.request;
    const target = intake.targetOf({ service, environment });
    if (target === undefined)
      return answer(to, refused(refusal('CONFIG_CHANGED', 'This target is not configured.')));
    const plan = [...deployPlan(planPolicy(target))];
    const { channel } = target;
    const asked = { kind: 'deploy' as const, services: [service], environment, ref, plan, channel };
    return openOperation({ asked, command, to }, intake);
  };
}
