import { closedGates } from '../gates.ts';
import { finished, type Step, type StepContext, type StepOutcome } from '../step.ts';
import { blocked } from './preflight/blocked.ts';
import { type Looked, lookAll } from './preflight/check.ts';
import { checksFor } from './preflight/checks.ts';
import { preflightInfrastructure } from './infrastructure/preflight.ts';

/**
 * Asks the gates again, since the operation may have waited long, looks at everything outside that later steps will
 * need, and records who serves now, which is where a rollback leads. Twice is safe: it only reads.
 */
export const preflight: Step<'preflight'> = async (context) => {
  const { operation } = context;
  if (operation.request.kind === 'infrastructure') return preflightInfrastructure(context);
  const changes = operation.request.kind === 'deploy' || operation.request.kind === 'rollback';
  return changes ? preflightChange(context) : preflightRest(context);
};

/** What changes no target itself, tests and rounds, meets no gate and has no way back. */
async function preflightRest(context: StepContext): Promise<StepOutcome<'preflight'>> {
  const { cloud, target, signal } = context;
  const service = async () => cloud.run.service(target, signal);
  const { blockers, ...found } = await lookAll(checksFor(context.operation), { ...context, service });
  return blockers.length > 0
    ? blocked({ ...found, blockers })
    : finished({ exists: true, split: [], ...toldOf(found) });
}

async function preflightChange(context: StepContext): Promise<StepOutcome<'preflight'>> {
  const { cloud, target, operation } = context;
  const closed = await closedGates(context);
  if (closed !== undefined) return closed;
  const enough = new AbortController();
  const reading = cloud.run.service(target, AbortSignal.any([context.signal, enough.signal]));
  // Whoever needs it hears why it failed; with a blocker nobody does.
  reading.catch(() => undefined);
  const looked = await lookAll(checksFor(operation), { ...context, service: async () => reading });
  if (looked.blockers.length > 0) {
    enough.abort(new Error('Something stands in the way'));
    return blocked(looked);
  }
  const service = await reading;
  const told = toldOf(looked);
  if (service === undefined) return finished({ exists: false, split: [], ...told });
  return finished({
    exists: true,
    url: service.url,
    split: service.serving,
    ...(service.image === undefined ? {} : { image: service.image }),
    ...told,
  });
}

function toldOf({ ready, warnings, unchecked }: Omit<Required<Looked>, 'blockers'>) {
  return { ready: [...ready], warnings: [...warnings], unchecked: [...unchecked] };
}
