import type { Operation } from '../../../src/domain/operation.ts';
import type { StepName } from '../../../src/domain/plan.ts';
import { credentials, permissions } from './access.ts';
import { channel } from './channel.ts';
import type { PreflightCheck } from './check.ts';
import { buildx, connection, daemon, registry, source } from './docker.ts';
import { git, infrastructureTool, triggerPermissions } from './infrastructure.ts';
import { revisions, secrets } from './service.ts';
import { suiteJobs, suitePrograms, suiteReports } from './suites.ts';
import { triggers } from './trigger.ts';

/** By the step that needs it; a check that several steps name is asked once. */
const checksOf: { readonly [Name in StepName]?: readonly PreflightCheck[] } = {
  preflight: [channel],
  build: [credentials, permissions, connection, daemon, buildx, source, registry],
  candidate: [credentials, permissions, secrets, revisions],
  shift: [credentials, permissions],
  suites: [credentials, suitePrograms, suiteJobs, suiteReports],
  rounds: [credentials, triggers],
  lint: [credentials, infrastructureTool, git, triggerPermissions],
};

/** Everything that the steps of this operation will need. */
export function checksFor({ request }: Operation): readonly PreflightCheck[] {
  return [...new Set(request.plan.flatMap((name) => checksOf[name] ?? []))];
}
