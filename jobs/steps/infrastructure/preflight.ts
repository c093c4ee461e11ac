import { closedGates } from '../../gates.ts';
import { finished, type StepContext, type StepOutcome } from '../../step.ts';
import { blocked } from '../preflight/blocked.ts';
import { lookAll } from '../preflight/check.ts';
import { checksFor } from '../preflight/checks.ts';

/** Asks the gates again, and looks at everything outside that later steps will need. Twice is safe: it only reads. */
export async function preflightInfrastructure(context: StepContext): Promise<StepOutcome<'preflight'>> {
  const closed = await closedGates(context);
  if (closed !== undefined) return closed;
  // No service is changed.
  const looked = await lookAll(checksFor(context.operation), {
    ...context,
    service: () => Promise.resolve(undefined),
  });
  if (looked.blockers.length > 0) return blocked(looked);
  const { ready, warnings, unchecked } = looked;
  const told = { ready: [...ready], warnings: [...warnings], unchecked: [...unchecked] };
  return finished({ exists: true, split: [], ...told });
}
