import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { parseDeploy } from '../../../domain/request.ts';
import { deployHelp, refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { beginDeploy, beginInfrastructure } from '../begin.ts';
import type { Intake } from '../intake.ts';
import { addresseeOf } from '../open.ts';
import { commandSchema } from '../payloads.ts';
import { canI } from './can-i.ts';
import { history } from './history.ts';
import { lift } from './lift.ts';
import { lock, unlock } from './lock.ts';
import { plan } from './plan.ts';
import { status } from './status.ts';

/** `/deploy <services> <environment> [ref:…] [bypass:"…"]`, and the words around it. */
export function deployCommand(intake: Intake) {
  return async (args: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    // Asked for first; sent once this is written down, or after 1.5 s whatever is down (src/slack/receiver.ts).
    await args.ack();
    const person = commandSchema.parse(args.command);
    const to = addresseeOf(args, person, intake);
    const asker = { person, to };
    const parsed = parseDeploy(person.text, intake.catalog);
    switch (parsed.kind) {
      case 'help':
        return answer(to, deployHelp(intake.catalog));
      case 'refused':
        return answer(to, refused(parsed.refusal));
      case 'deploy':
        return beginDeploy(parsed.request, asker, intake);
      case 'infrastructure':
        return beginInfrastructure(parsed.request, asker, intake);
      case 'can-i':
        return canI(parsed.request, asker, intake);
      case 'lock':
        return lock(parsed.request, asker, intake);
      case 'unlock':
        return unlock(parsed.request, asker, intake);
      case 'lift':
        return lift(parsed.request, asker, intake);
      case 'plan':
        return plan(parsed.request, asker, intake);
      case 'history':
        return history(parsed.request, asker, intake);
      case 'status':
        return status(parsed.request, asker, intake);
    }
  };
}
