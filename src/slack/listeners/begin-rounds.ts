import type { Operation } from '../../domain/operation.ts';
import { operationLabel } from '../../domain/operation.ts';
import { roundsPlan } from '../../domain/plan.ts';
import { refusal } from '../../domain/reasons.ts';
import type { StartRounds } from '../../domain/request/rounds.ts';
import type { TargetsName } from '../../domain/request/targets.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { refused } from '../messages/private.ts';
import { answer } from './answer.ts';
import { knownTargets, pass } from './begin.ts';
import type { Intake } from './intake.ts';
import { askLedger } from './ledger.ts';
import { type Asker, openOperation } from './open.ts';

/** Begins rounds, unless a gate is closed that their first deploy would meet, or others of a service are under way. */
export async function beginRounds(request: StartRounds, asker: Asker, intake: Intake): Promise<void> {
  const { services, environment, ref, suites, max, watch, build, issue } = request;
  const targets = await knownTargets(request, asker, intake);
  if (targets === undefined) return;
  if (watch && targets.every((target) => target.build.trigger === undefined))
    return answer(asker.to, refused(refusal('NO_TRIGGER', `${services.join(', ')}: no trigger is named.`)));
  const read = await askLedger(
    { work: openRounds(request, intake.ledger), otherwise: 'Rounds that run could not be looked up.' },
    asker,
    intake,
  );
  if (read === undefined) return;
  const [running] = read.value.filter((each) => each.request.services.some((one) => services.includes(one)));
  // The same command delivered again finds its own rounds, and was answered.
  if (running !== undefined && (await isOwn(running, asker, intake))) return;
  if (running !== undefined) {
    const summary = `${operationLabel(running.id)} goes on in <#${running.request.channel}>.`;
    return answer(asker.to, refused(refusal('ROUNDS_RUNNING', summary)));
  }
  const asked = { action: 'deploy' as const, targets, ref, bypass: false };
  if ((await pass({ asked, asker }, intake)) === undefined) return;
  const rounds = {
    kind: 'rounds' as const,
    services: [...services],
    environment,
    ref,
    plan: [...roundsPlan],
    channel: targets[0].channel,
    suites: { names: [...suites], gate: false },
    rounds: { max, watch },
    ...(build === undefined ? {} : { build }),
    ...(issue === undefined ? {} : { issue }),
  };
  return openOperation({ asked: rounds, ...asker }, intake);
}

async function isOwn({ id }: Operation, { person }: Asker, { ledger }: Intake): Promise<boolean> {
  const known = await ledger.openedBy(person.deliveryId).catch(() => undefined);
  return known === id;
}

/** Rounds under way in an environment, of one of these services at least; newest first. */
export async function openRounds(
  { services, environment }: TargetsName,
  ledger: Pick<Ledger, 'unfinished' | 'operation'>,
): Promise<readonly Operation[]> {
  const ids = (await ledger.unfinished()).filter((id) => id.startsWith(`${environment}-`));
  const found = await Promise.all(ids.map((id) => ledger.operation(id)));
  return found
    .filter((operation) => operation !== undefined)
    .filter(
      ({ request, phase }) =>
        request.kind === 'rounds' &&
        phase !== 'finished' &&
        request.environment === environment &&
        request.services.some((service) => services.includes(service)),
    )
    .toReversed();
}
