import type { Control } from '../../domain/controls.ts';
import type { Operation } from '../../domain/operation.ts';
import { beginDeploy, beginInfrastructure, beginRollback } from './begin.ts';
import { beginRounds } from './begin-rounds.ts';
import { beginValidate } from './begin-validate.ts';
import type { Intake } from './intake.ts';
import type { Asker } from './open.ts';

/** Begins what an operation was asked for once more, or its way back; once for each, however often somebody clicks. */
export async function again(
  operation: Operation,
  control: Extract<Control, 'retry' | 'rollback'>,
  { asker, intake }: { readonly asker: Asker; readonly intake: Intake },
): Promise<void> {
  const { id, request } = operation;
  const { services, environment, ref, back } = request;
  const once = { ...asker, repeats: true, person: { ...asker.person, deliveryId: `${control}:${id}` } };
  const names = { services, environment, ref };
  if (request.kind === 'infrastructure') {
    const backwards = control === 'rollback' || back === true;
    return beginInfrastructure({ ...names, ...(backwards ? { back: true } : {}) }, once, intake);
  }
  if (control === 'rollback') return beginRollback(names, once, intake);
  const suites = request.suites?.names ?? [];
  const about = request.issue === undefined ? {} : { issue: request.issue };
  if (request.kind === 'validate')
    return beginValidate({ services, environment, suites, ...about }, once, intake);
  if (request.kind === 'rounds' && request.rounds !== undefined) {
    const build = request.build === undefined ? {} : { build: request.build };
    return beginRounds({ ...names, ...request.rounds, suites, ...build, ...about }, once, intake);
  }
  return beginDeploy({ ...names, retryOf: id, ...about, ...wishesOf(request) }, once, intake);
}

/** What else a deploy was asked for with. */
function wishesOf({ bypass, build, image }: Operation['request']) {
  return {
    ...(build === undefined ? {} : { build }),
    ...(image === undefined ? {} : { image }),
    ...(bypass === undefined ? {} : { bypass: bypass.reason }),
  };
}
