import type { InfrastructurePolicy, TriggerWay } from '../../../src/domain/infrastructure/policy.ts';
import type { InfrastructureTool } from '../../../src/domain/infrastructure/tool.ts';
import { stepOf } from '../../../src/domain/operation.ts';
import { ProgramTool } from '../../../src/infrastructure/program-tool.ts';
import { TriggerTool } from '../../../src/infrastructure/trigger-tool.ts';
import { workFolderOf } from '../../../src/infrastructure/work-folder.ts';
import { cancelled } from '../../hands.ts';
import type { StepContext } from '../../step.ts';
import { imageTagOf } from '../build/before.ts';

/** @throws when the environment has none, which its plan rules out */
export function policyOf({ target }: Pick<StepContext, 'target'>): InfrastructurePolicy {
  if (target.infrastructure === undefined) throw new Error(`${target.environment} has no infrastructure`);
  return target.infrastructure;
}

/** @param lockWaitMs how long the state lock is waited for; default: as configured */
export function toolOf(context: StepContext, lockWaitMs?: number): InfrastructureTool {
  const { operation, signal } = context;
  const { way } = policyOf(context);
  const wait = lockWaitMs === undefined ? {} : { lockWaitMs };
  if (way.kind === 'trigger') return triggerToolOf({ ...context, way }, wait);
  return new ProgramTool({ way, work: workFolderOf(operation), signal, ...wait });
}

/** Which of them begins builds. */
const begins = ['lint', 'plan', 'apply', 'outputs'] as const;

function triggerToolOf(
  { cloud, operation, target, signal, way }: StepContext & { readonly way: TriggerWay },
  wait: { readonly lockWaitMs?: number },
): TriggerTool {
  const begun = begins
    .map((name) => stepOf(operation, name))
    .filter((step) => step?.finishedAt === undefined);
  return new TriggerTool({
    way,
    cloud,
    environment: target.environment,
    mark: imageTagOf(operation),
    begunBefore: begun.some((step) => step?.startedAt !== undefined),
    signal,
    cancelled: () => signal.reason === cancelled,
    ...wait,
  });
}

/**
 * Somebody cancelled it: ends what Cloud Build does for it, but waits for what is being applied. Twice is safe: an ended
 * build stays so. A program has ended with its step.
 */
export async function cancelInfrastructure(context: StepContext): Promise<void> {
  const { way } = policyOf(context);
  if (way.kind === 'trigger') await triggerToolOf({ ...context, way }, {}).stop();
}
