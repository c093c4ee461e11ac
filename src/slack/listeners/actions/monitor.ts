import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { defaultPolicy } from '../../../domain/monitor/policy.ts';
import { refusal } from '../../../domain/reasons.ts';
import type { Target } from '../../../domain/target.ts';
import { makeChart } from '../../charts.ts';
import { slackErrorName } from '../../client.ts';
import { code } from '../../messages/mrkdwn.ts';
import { monitorCharts } from '../../messages/monitor-charts.ts';
import { noted, refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { knownTargets } from '../begin.ts';
import { type Intake, withinPatience } from '../intake.ts';
import { clickedBy } from '../open.ts';

/** Of an environment with more services these show enough in one message. */
const mostCharts = 5;

/** The click is acked; Slack may take 6 s to look into a file. */
const drawnWithinMs = 20_000;

type Click = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;

/** The button Show charts: the last hour of an environment, for all who read the channel where it was clicked. */
export function monitorChartsAction(intake: Intake) {
  return async (args: Click): Promise<void> => {
    await args.ack();
    const asker = clickedBy(args, intake);
    const environment = args.action.value ?? '';
    const services = Object.hasOwn(intake.catalog.environments, environment)
      ? (intake.catalog.environments[environment]?.services ?? [])
      : [];
    const targets = await knownTargets({ services, environment }, asker, intake);
    if (targets === undefined) return;
    const work = Promise.all(targets.slice(0, mostCharts).map((target) => chartOf(target, args, intake)));
    const read = await withinPatience(work, drawnWithinMs);
    if (read.kind === 'unavailable') {
      intake.log.error({ err: read.cause }, 'no charts of a monitor');
      const told = refusal('LEDGER_UNAVAILABLE', 'The charts could not be drawn in time.');
      return answer(asker.to, refused(told));
    }
    const message = monitorCharts({ environment, byName: asker.person.byName, charts: read.value });
    try {
      await args.client.chat.postMessage({ channel: asker.to.channel, ...message });
    } catch (error) {
      const why = slackErrorName(error) ?? 'it did not answer';
      intake.log.warn({ err: error }, 'charts could not be posted');
      await answer(
        asker.to,
        noted(`*Not shown* Slack did not take the charts in this channel: ${code(why)}.`),
      );
    }
  };
}

async function chartOf(target: Target, { client }: Click, { rounds, now }: Intake) {
  const { service } = target;
  const everyMs = () => (target.monitors ?? defaultPolicy).everyMs;
  const wish = { target, span: '1h' as const, at: now() };
  return { service, ...(await makeChart(wish, { client, series: rounds, everyMs })) };
}
