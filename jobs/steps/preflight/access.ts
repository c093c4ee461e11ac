import type { Blocker } from '../../../src/domain/blocker.ts';
import { imageBefore, isLocal } from '../build/before.ts';
import { type CheckContext, type Looked, type PreflightCheck, together } from './check.ts';
import { type Need, needsOf } from './permissions.ts';

/** Application default credentials, there and taken by Google. */
export const credentials: PreflightCheck = {
  what: 'Google credentials',
  look: async ({ cloud, target }) => {
    const problem = await cloud.access.credentialProblem();
    if (problem === undefined) return {};
    const blocker: Blocker = {
      what: 'Google credentials',
      evidence: [problem],
      prevents: `Everything on Google Cloud, in project ${target.project}`,
      advice:
        'Give the worker credentials: an attached service account, or a file named by GOOGLE_APPLICATION_CREDENTIALS; on your own machine, gcloud auth application-default login.',
    };
    return { blockers: [blocker] };
  },
};

/** Whether the account of the worker may do what the plan will do. */
export const permissions: PreflightCheck = {
  what: 'permissions',
  look: async (context) => {
    const { target, operation } = context;
    const before = await imageBefore(context);
    const here = isLocal(operation, target) ? 'docker' : 'cloud-build';
    const facts = {
      target,
      service: await context.service(),
      build: before === undefined ? here : undefined,
    } as const;
    const plan = new Set(operation.request.plan);
    const needs = needsOf(facts).filter(({ step }) => plan.has(step));
    return lookAtNeeds(needs, context);
  },
};

/** Whether the account has what is needed on all of them. */
export async function lookAtNeeds(needs: readonly Need[], context: CheckContext): Promise<Looked> {
  return together(await Promise.all(needs.map((need) => lookAtNeed(need, context))));
}

/** Whether the account has what is needed on one thing. */
export async function lookAtNeed(need: Need, { cloud, signal }: CheckContext): Promise<Looked> {
  const { resource, role, prevents } = need;
  try {
    const missing = await cloud.access.missing(resource, need.permissions, signal);
    if (missing.length === 0) return { ready: [`permissions on ${resource.name}`] };
    if (need.doubt !== undefined)
      return {
        warnings: [
          `The account that slipway runs as does not have ${missing.join(', ')} on ${resource.name}. ${need.doubt}.`,
        ],
      };
    const blockers = missing.map((permission) => ({
      what: `permission ${permission}`,
      evidence: [`testIamPermissions on ${resource.name} does not give ${permission}`],
      prevents,
      advice: `Grant ${role} on ${resource.name} to the account that slipway runs as (docs/security.md).`,
    }));
    return { blockers };
  } catch (error) {
    if (signal.aborted) throw error;
    // One that cannot be asked about must not hide what is known of the others.
    return { unchecked: [error instanceof Error ? error.message : String(error)] };
  }
}
