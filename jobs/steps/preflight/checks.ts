import type { StepName } from '../../../src/domain/plan.ts';
import type { Operation } from '../../../src/domain/operation.ts';
import type { PreflightCheck } from './check.ts';

/** By the step that needs it; a check that several steps name is asked once. */
const checksOf: { readonly [Name in StepName]?: readonly PreflightCheck[] } = {};

/** Everything that the steps of this operation will need. */
export function checksFor({ request }: Operation): readonly PreflightCheck[] {
  return [...new Set(request.plan.flatMap((name) => checksOf[name] ?? []))];
}
