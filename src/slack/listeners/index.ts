import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { approveAction, rejectAction } from '../messages/decision-buttons.ts';
import { decideAction } from './actions/decide.ts';
import { deployCommand } from './commands/deploy.ts';
import { validateCommand } from './commands/validate.ts';
import type { Intake } from './intake.ts';

/** Says which code answers what; nothing else belongs here. */
export function register(app: App, intake: Intake): void {
  app.command('/deploy', deployCommand(intake));
  app.command('/validate', validateCommand(intake));
  app.action<BlockAction<ButtonAction>>(approveAction, decideAction('approved', intake));
  app.action<BlockAction<ButtonAction>>(rejectAction, decideAction('rejected', intake));
}
