import { closedGates } from '../gates.ts';
import { finished, type Step } from '../step.ts';
import { preflightInfrastructure } from './infrastructure/preflight.ts';

/**
 * Asks the gates again, since the operation may have waited long, and records who serves now, which is where a
 * rollback leads. Twice is safe: it only reads.
 */
export const preflight: Step<'preflight'> = async (context) => {
  const { cloud, target, signal } = context;
  if (context.operation.request.kind === 'infrastructure') return preflightInfrastructure(context);
  const closed = await closedGates(context);
  if (closed !== undefined) return closed;
  const service = await cloud.run.service(target, signal);
  if (service === undefined) return finished({ exists: false, split: [] });
  return finished({
    exists: true,
    url: service.url,
    split: service.serving,
    ...(service.image === undefined ? {} : { image: service.image }),
  });
};
