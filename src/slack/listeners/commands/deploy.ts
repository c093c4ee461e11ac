import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { deployPlan } from '../../../domain/plan.ts';
import { refusal } from '../../../domain/reasons.ts';
import { type DeployRequest, exampleOf, parseDeploy } from '../../../domain/request.ts';
import { accepted, help, refused } from '../../messages/private.ts';
import { type Addressee, answer } from '../answer.ts';
import { type Intake, withinPatience } from '../intake.ts';
import { type CommandPayload, commandSchema } from '../payloads.ts';

/** `/deploy <service> <environment> [ref:…]` */
export function deployCommand(intake: Intake) {
  return async (args: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    // First of all, and whatever is down: after 3 s Slack tells the person that the command failed.
    await args.ack();
    const command = commandSchema.parse(args.command);
    const { respond, client } = args;
    const to = { respond, client, channel: command.typedIn, user: command.by, log: intake.log };
    const parsed = parseDeploy(command.text, intake.catalog);
    switch (parsed.kind) {
      case 'help':
        return answer(to, help(exampleOf(intake.catalog)));
      case 'refused':
        return answer(to, refused(parsed.refusal));
      case 'deploy':
        return request(parsed.request, { command, to }, intake);
    }
  };
}

interface Asking {
  readonly command: CommandPayload;
  readonly to: Addressee;
}

/** Writes the operation down, which is the promise to do it, and starts it. */
async function request(asked: DeployRequest, { command, to }: Asking, intake: Intake): Promise<void> {
  const { ledger, log, now } = intake;
  const target = intake.targetOf(asked);
  if (target === undefined)
    return answer(to, refused(refusal('CONFIG_CHANGED', 'This target is not configured.')));
  const { text: _, ...who } = command;
  const { channel } = target;
  const plan = [...deployPlan({ approval: target.approval !== undefined })];
  const opening = ledger.open({ ...asked, ...who, kind: 'deploy', at: now(), channel, plan });
  const opened = await withinPatience(opening);
  // Delivered again: it runs and was answered.
  if (opened.kind === 'kept' && !opened.value.isNew) return;
  if (opened.kind === 'kept') return start(opened.value.id);
  log.error({ err: opened.cause }, 'the ledger did not take a deploy');
  // A Redis that was only slow may still take it; then the person hears that it goes on after all.
  void opening.then(({ id }) => start(id)).catch(() => undefined);
  return answer(to, refused(refusal('LEDGER_UNAVAILABLE', 'Your deploy could not be written down.')));

  async function start(id: string): Promise<void> {
    // Written down is promised: should this fail, the sweep of any worker starts it.
    const submitted = await withinPatience(intake.producer.submit(id));
    if (submitted.kind === 'unavailable')
      log.warn({ err: submitted.cause, operation: id }, 'left to the sweep');
    await answer(to, accepted(id, channel));
  }
}
