import type { InfrastructurePolicy } from '../../../src/domain/infrastructure/policy.ts';
import type { InfrastructureTool } from '../../../src/domain/infrastructure/tool.ts';
import { ProgramTool } from '../../../src/infrastructure/program-tool.ts';
import { workFolderOf } from '../../../src/infrastructure/work-folder.ts';
import type { StepContext } from '../../step.ts';

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
  return new ProgramTool({ way, work: workFolderOf(operation), signal, ...wait });
}
