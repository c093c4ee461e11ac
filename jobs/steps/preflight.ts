import { closedGates } from '../gates.ts';
import { finished, type Step } from '../step.ts';
import { blocked } from './preflight/blocked.ts';
import { lookAll } from './preflight/check.ts';
import { checksFor } from './preflight/checks.ts';
import { preflightInfrastructure } from './infrastructure/preflight.ts';

/**
 * Asks the gates again, since the operation may have waited long, looks at everything outside that later steps will
 * need, and records who serves now, which is where a rollback leads. Twice is safe: it only reads.
 */
export const preflight: Step<'preflight'> = async (context) => {
  const { cloud, target, operation } = context;
  if (operation.request.kind === 'infrastructure') return preflightInfrastructure(context);
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
  const { ready, warnings, unchecked } = looked;
  const told = { ready: [...ready], warnings: [...warnings], unchecked: [...unchecked] };
  if (service === undefined) return finished({ exists: false, split: [], ...told });
  return finished({
    exists: true,
    url: service.url,
    split: service.serving,
    ...(service.image === undefined ? {} : { image: service.image }),
    ...told,
  });
};
