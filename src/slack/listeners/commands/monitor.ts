import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import { sightRootId } from '../../../domain/alert/thread.ts';
import { defaultPolicy } from '../../../domain/monitor/policy.ts';
import { type BlindNow, type Blindness, blindNow } from '../../../domain/monitor/sight.ts';
import { summaryOf } from '../../../domain/monitor/summary.ts';
import { type MonitorRequest, parseMonitor } from '../../../domain/request/monitor.ts';
import { gateRefused } from '../../messages/gate.ts';
import { monitorHelp, monitorNoted, monitorStatus } from '../../messages/monitor.ts';
import { refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { knownTargets } from '../begin.ts';
import { askRole } from '../gate.ts';
import { type Intake, withinPatience } from '../intake.ts';
import { askLedger } from '../ledger.ts';
import { redrawHomes } from '../lock.ts';
import { type Asker, addresseeOf } from '../open.ts';
import { commandSchema } from '../payloads.ts';

const hourMs = 3_600_000;
const linkWithinMs = 500;

/** `/monitor <environment> [start|stop|status] [for 10m]` */
export function monitorCommand(intake: Intake) {
  return async (args: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    // Asked for first; sent once this is written down, or after 1.5 s whatever is down (src/slack/receiver.ts).
    await args.ack();
    const person = commandSchema.parse(args.command);
    const to = addresseeOf(args, person, intake);
    const parsed = parseMonitor(person.text, intake.catalog);
    if (parsed.kind === 'help') return answer(to, monitorHelp(intake.catalog));
    if (parsed.kind === 'refused') return answer(to, refused(parsed.refusal));
    const { request } = parsed;
    return request.verb === 'status'
      ? showStatus(request, { person, to }, intake)
      : say(request, { person, to }, intake);
  };
}

/** Whether an environment is watched concerns whoever deploys there: nobody else may switch it off. */
async function say(
  { environment, verb, forMs }: MonitorRequest,
  { person, to }: Asker,
  intake: Intake,
): Promise<void> {
  const targets = await targetsIn(environment, { person, to }, intake);
  if (targets === undefined) return;
  const roles = targets[0].gates?.roles ?? {};
  const deed = `${verb} the monitor of ${environment}`;
  const blocks = await askRole({ by: person.by, roles, role: 'deploy', deed }, intake);
  if (blocks.length > 0) return answer(to, gateRefused(blocks));
  const { by, byName, deliveryId } = person;
  const at = intake.now();
  const until = forMs === undefined ? undefined : at + forMs;
  const type = verb === 'start' ? 'started' : 'stopped';
  const end = until === undefined ? {} : { until };
  const work = intake.monitors.say({ environment, type, by, byName, at, deliveryId, ...end });
  const written = await askLedger({ work, otherwise: 'This could not be written down.' }, { to }, intake);
  if (written?.value !== 'written') return;
  await answer(to, monitorNoted(environment, verb === 'start', until));
  // Whether a blind prober is told of there depends on it.
  await redrawHomes(intake);
}

async function showStatus({ environment }: MonitorRequest, asker: Asker, intake: Intake): Promise<void> {
  const targets = await targetsIn(environment, asker, intake);
  if (targets === undefined) return;
  const { monitors, rounds, alerts, sights } = intake;
  const policy = targets[0].monitors ?? defaultPolicy;
  const now = intake.now();
  const work = Promise.all([
    monitors.state(environment, policy, now),
    alerts.open(environment),
    sights.of(environment),
    Promise.all(
      targets.map(async (target) => ({
        service: target.service,
        summary: summaryOf(await rounds.since(target, now - hourMs)),
      })),
    ),
  ]);
  const read = await askLedger({ work, otherwise: 'What was measured could not be read.' }, asker, intake);
  if (read === undefined) return;
  const [watching, open, sight, services] = read.value;
  const blind = await withThread(blindNow(sight, watching.on), intake);
  const view = { environment, watching, policy, services, alerts: open, blind, now };
  await answer(asker.to, monitorStatus(view));
}

/** The answer is not kept back for a link. */
async function withThread(blind: Blindness | undefined, { threadOf }: Intake): Promise<BlindNow | undefined> {
  if (blind === undefined) return undefined;
  const url = await withinPatience(threadOf(sightRootId(blind.environment, blind.began)), linkWithinMs);
  return { ...blind, ...(url.kind === 'kept' ? { url: url.value } : {}) };
}

async function targetsIn(environment: string, asker: Asker, intake: Intake) {
  const services = intake.catalog.environments[environment]?.services ?? [];
  return knownTargets({ services, environment }, asker, intake);
}
