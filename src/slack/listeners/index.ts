import type { App, BlockAction, ButtonAction, StaticSelectAction } from '@slack/bolt';
import type { AlertHand } from '../../domain/alert/hand.ts';
import { type Control, controlTitles } from '../../domain/controls.ts';
import { alertActions, alertThreadAction } from '../messages/alert/buttons.ts';
import type { RoundHand } from '../../domain/rounds/ask.ts';
import { bypassView } from '../messages/bypass.ts';
import { monitorChartsId } from '../messages/monitor-charts.ts';
import { approveAction, rejectAction } from '../messages/decision-buttons.ts';
import { bypassAction, unlockAction } from '../messages/gate-buttons.ts';
import { nextRoundView, roundActions } from '../messages/rounds/buttons.ts';
import { alertAction } from './actions/alert.ts';
import { bypassButtonAction } from './actions/bypass.ts';
import { controlAction } from './actions/control.ts';
import { decideAction } from './actions/decide.ts';
import { monitorChartsAction } from './actions/monitor.ts';
import { roundAction } from './actions/round.ts';
import { unlockButtonAction } from './actions/unlock.ts';
import { deployCommand } from './commands/deploy.ts';
import { monitorCommand } from './commands/monitor.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { roundsCommand } from './commands/rounds.ts';
import { validateCommand } from './commands/validate.ts';
import { homeOpenedEvent } from './events/home.ts';
import { mentionEvent } from './events/mention.ts';
import type { Intake } from './intake.ts';
import { bypassSubmission } from './views/bypass.ts';
import { nextRoundSubmission } from './views/next-round.ts';

/** Says which code answers what; nothing else belongs here. */
export function register(app: App, intake: Intake): void {
  app.command('/deploy', deployCommand(intake));
  app.command('/validate', validateCommand(intake));
  app.command('/rollback', rollbackCommand(intake));
  app.command('/monitor', monitorCommand(intake));
  app.command('/rounds', roundsCommand(intake));
  app.action<BlockAction<ButtonAction>>(approveAction, decideAction('approved', intake));
  app.action<BlockAction<ButtonAction>>(rejectAction, decideAction('rejected', intake));
  app.action<BlockAction<ButtonAction>>(unlockAction, unlockButtonAction(intake));
  app.action<BlockAction<ButtonAction>>(bypassAction, bypassButtonAction(intake));
  for (const control of Object.keys(controlTitles) as Control[])
    app.action<BlockAction<ButtonAction>>(control, controlAction(control, intake));
  for (const hand of Object.keys(alertActions) as AlertHand[])
    app.action<BlockAction<ButtonAction | StaticSelectAction>>(alertActions[hand], alertAction(hand, intake));
  app.action<BlockAction<ButtonAction>>(monitorChartsId, monitorChartsAction(intake));
  // A link is a click too, and Slack wants to hear that it was heard.
  app.action(alertThreadAction, async ({ ack }) => {
    await ack();
  });
  for (const way of Object.keys(roundActions) as RoundHand[])
    app.action<BlockAction<ButtonAction>>(roundActions[way], roundAction(way, intake));
  app.view(bypassView, bypassSubmission(intake));
  app.view(nextRoundView, nextRoundSubmission(intake));
  app.event('app_home_opened', homeOpenedEvent(intake));
  app.event('app_mention', mentionEvent(intake));
}
