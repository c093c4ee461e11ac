import type { GateDecision } from '../../domain/gate/snapshot.ts';
import { partOf } from '../../domain/operation.ts';
import { plansOf } from '../../domain/plan-of.ts';
import { refusal } from '../../domain/reasons.ts';
import type { DeployRequest } from '../../domain/request/deploy.ts';
import type { InfrastructureRequest } from '../../domain/request/infrastructure.ts';
import type { RollbackRequest } from '../../domain/request/rollback.ts';
import type { TargetsName } from '../../domain/request/targets.ts';
import type { Target } from '../../domain/target.ts';
import { gateRefused } from '../messages/gate.ts';
import { refused } from '../messages/private.ts';
import { answer } from './answer.ts';
import { type Asked as GateAsked, askGate } from './gate.ts';
import { type Intake, withinPatience } from './intake.ts';
import { type Asker, openOperation } from './open.ts';

/** Begins a deploy, unless a gate is closed: then the person sees all that are. */
export async function beginDeploy(
  request: DeployRequest & { readonly retryOf?: string },
  asker: Asker,
  intake: Intake,
): Promise<void> {
  const { services, environment, ref, retryOf, build, image, issue } = request;
  const targets = await knownTargets(request, asker, intake);
  if (targets === undefined) return;
  const bypass = request.bypass !== undefined;
  const images = await imagesOf(request, intake);
  const passed = await pass(
    { asked: { action: 'deploy', targets, ref, images, bypass }, request, asker },
    intake,
  );
  if (passed === undefined) return;
  const blocks = passed.notes.filter(({ kind }) => kind === 'bypassed').map(({ code }) => code);
  const emergency = request.bypass === undefined ? {} : { bypass: { reason: request.bypass, blocks } };
  const asked = {
    kind: 'deploy' as const,
    services: [...services],
    environment,
    ref,
    ...plansOf(targets, { kind: 'deploy', ...emergency }),
    channel: targets[0].channel,
    ...(retryOf === undefined ? {} : { retryOf }),
    ...(build === undefined ? {} : { build }),
    ...(image === undefined ? {} : { image }),
    ...(issue === undefined ? {} : { issue }),
    ...emergency,
  };
  return openOperation({ asked, ...asker }, intake);
}

/** A retry deploys the image that the operation before it has built, so what is known of that is asked about at once. */
async function imagesOf(
  { services, retryOf, image }: Pick<DeployRequest, 'services' | 'image'> & { readonly retryOf?: string },
  { ledger }: Intake,
): Promise<GateAsked['images']> {
  const [service] = services;
  if (image !== undefined && service !== undefined) return { [service]: { digest: image } };
  if (retryOf === undefined) return undefined;
  const read = await withinPatience(ledger.operation(retryOf));
  // Where the ledger does not answer the gates will say so.
  const before = read.kind === 'kept' ? read.value : undefined;
  const known = services.flatMap((service) => {
    const build = before && partOf(before, service)?.results.build;
    return build === undefined ? [] : [[service, build] as const];
  });
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

/** Begins a rollback, unless the person may not: locks and freezes do not stop it. */
export async function beginRollback(
  request: RollbackRequest & { readonly ref?: string },
  asker: Asker,
  intake: Intake,
): Promise<void> {
  const { services, environment, revision } = request;
  const targets = await knownTargets(request, asker, intake);
  if (targets === undefined) return;
  const passed = await pass({ asked: { action: 'rollback', targets, bypass: false }, asker }, intake);
  if (passed === undefined) return;
  const asked = {
    kind: 'rollback' as const,
    services: [...services],
    environment,
    ref: request.ref ?? targets[0].ref,
    ...plansOf(targets, { kind: 'rollback' }),
    channel: targets[0].channel,
    ...(revision === undefined ? {} : { revision }),
  };
  return openOperation({ asked, ...asker }, intake);
}

/** Begins a change of the infrastructure, which stands in the lines of all services of the environment. */
export async function beginInfrastructure(
  request: InfrastructureRequest,
  asker: Asker,
  intake: Intake,
): Promise<void> {
  const { services, environment, ref, back } = request;
  const targets = await knownTargets(request, asker, intake);
  if (targets === undefined) return;
  const action = back === true ? 'rollback' : 'infrastructure';
  const passed = await pass({ asked: { action, targets, ref, bypass: false }, asker }, intake);
  if (passed === undefined) return;
  const asked = {
    kind: 'infrastructure' as const,
    services: [...services],
    environment,
    ref,
    ...plansOf(targets, { kind: 'infrastructure' }),
    channel: targets[0].channel,
    ...(back === undefined ? {} : { back }),
  };
  return openOperation({ asked, ...asker }, intake);
}

/** The configured targets, at least one; a person who names one that is gone is told so. */
export async function knownTargets(
  { services, environment }: TargetsName,
  { to }: Pick<Asker, 'to'>,
  intake: Intake,
): Promise<readonly [Target, ...Target[]] | undefined> {
  const targets = services.map((service) => intake.targetOf({ service, environment }));
  const [first, ...others] = targets.filter((target) => target !== undefined);
  if (first !== undefined && others.length === targets.length - 1) return [first, ...others];
  await answer(to, refused(refusal('CONFIG_CHANGED', 'This target is not configured.')));
  return undefined;
}

export interface Passing {
  readonly asked: GateAsked;
  /** What a bypass would begin; absent where there is none. */
  readonly request?: DeployRequest;
  readonly asker: Asker;
}

/** @returns undefined when a gate is closed, or nothing is known; the person has been told. */
export async function pass(
  { asked, request, asker: { person, to } }: Passing,
  intake: Intake,
): Promise<Extract<GateDecision, { kind: 'proceed' }> | undefined> {
  const decided = await askGate(asked, person.by, intake);
  if (decided.kind === 'unavailable') {
    intake.log.error({ err: decided.cause }, 'the gates could not be asked');
    await answer(to, refused(refusal('LEDGER_UNAVAILABLE', 'The gates could not be asked.')));
    return undefined;
  }
  if (decided.value.kind === 'proceed') return decided.value;
  await answer(to, gateRefused(decided.value.blocks, request));
  return undefined;
}
