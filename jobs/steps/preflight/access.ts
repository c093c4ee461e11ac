import type { Blocker } from '../../../src/domain/blocker.ts';
import { imageBefore, isLocal } from '../build/before.ts';
import type { CheckContext, Looked, PreflightCheck } from './check.ts';
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

export async function lookAtNeeds(needs: readonly Need[], context: CheckContext): Promise<Looked> {
  const looked = await Promise.all(needs.map((need) => lookAt(need, context)));
  return {
    blockers: unique(looked.flatMap(({ blockers }) => blockers ?? [])),
    ready: [...new Set(looked.flatMap(({ ready }) => ready ?? []))],
    warnings: looked.flatMap(({ warnings }) => warnings ?? []),
    unchecked: [...new Set(looked.flatMap(({ unchecked }) => unchecked ?? []))],
  };
}

async function lookAt(need: Need, { cloud, signal }: CheckContext): Promise<Looked> {
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

/** Two steps may need the same. */
function unique(blockers: readonly Blocker[]): readonly Blocker[] {
  return blockers.filter(
    (blocker, index) =>
      blockers.findIndex(
        ({ what, evidence }) => what === blocker.what && evidence.join() === blocker.evidence.join(),
      ) === index,
  );
}
