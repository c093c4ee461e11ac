import type { AllMiddlewareArgs, RespondFn, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { deployPlan } from '../../../domain/plan.ts';
import { refusal } from '../../../domain/reasons.ts';
import { type DeployRequest, exampleOf, parseDeploy } from '../../../domain/request.ts';
import { accepted, help, type PrivateAnswer, refused } from '../../messages/private.ts';
import { type Intake, withinPatience } from '../intake.ts';
import { type CommandPayload, commandSchema } from '../payloads.ts';

/** `/deploy <service> <environment> [ref:…]` */
export function deployCommand(intake: Intake) {
  return async ({ ack, command, respond }: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    // First of all, and whatever is down: after 3 s Slack tells the person that the command failed.
    await ack();
    const payload = commandSchema.parse(command);
    const parsed = parseDeploy(payload.text, intake.catalog);
    switch (parsed.kind) {
      case 'help':
        return answer(respond, help(exampleOf(intake.catalog)));
      case 'refused':
        return answer(respond, refused(parsed.refusal));
      case 'deploy':
        return request(parsed.request, { payload, respond }, intake);
    }
  };
}

interface Asking {
  readonly payload: CommandPayload;
  readonly respond: RespondFn;
}

/** Writes the operation down, which is the promise to do it, and starts it. */
async function request(asked: DeployRequest, { payload, respond }: Asking, intake: Intake): Promise<void> {
  const { ledger, log, now, targetOf } = intake;
  const target = targetOf(asked);
  if (target === undefined)
    return answer(respond, refused(refusal('CONFIG_CHANGED', 'This target is not configured.')));
  const { channel } = target;
  const opening = ledger.open({
    ...asked,
    kind: 'deploy',
    at: now(),
    by: payload.by,
    byName: payload.byName,
    channel,
    typedIn: payload.typedIn,
    plan: [...deployPlan({ approval: target.approval !== undefined })],
    deliveryId: payload.deliveryId,
  });
  const opened = await withinPatience(opening);
  if (opened.kind === 'unavailable') {
    log.error({ err: opened.cause }, 'the ledger did not take a deploy');
    await answer(respond, refused(refusal('LEDGER_UNAVAILABLE', 'Your deploy could not be written down.')));
    // A Redis that was only slow may still take it; then the person hears that it goes on after all.
    void opening.then(({ id }) => start(id)).catch(() => undefined);
    return;
  }
  await start(opened.value.id);

  async function start(id: string): Promise<void> {
    await submit(id, intake);
    await answer(respond, accepted(id, channel));
  }
}

async function submit(id: string, { producer, log }: Intake): Promise<void> {
  // Written down is promised: should this fail, the sweep of any worker starts it.
  const submitted = await withinPatience(producer.submit(id));
  if (submitted.kind === 'unavailable')
    log.warn({ err: submitted.cause, operation: id }, 'left to the sweep');
}

async function answer(respond: RespondFn, message: PrivateAnswer): Promise<void> {
  await respond({ response_type: 'ephemeral', ...message });
}
