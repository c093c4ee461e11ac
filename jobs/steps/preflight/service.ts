import { secretsOf } from '../../../src/cloud/secrets.ts';
import type { PreflightCheck } from './check.ts';

/** Cloud Run keeps 1,000 revisions a service and removes the oldest: https://cloud.google.com/run/quotas */
const mostRevisions = 1_000;
const nearlyAll = 950;

/** Near the quota an old way back may vanish; nothing fails because of it. */
export const revisions: PreflightCheck = {
  what: 'quota of revisions',
  look: async ({ cloud, target, service, signal }) => {
    if ((await service()) === undefined) return {};
    const count = await cloud.run.revisionCount(target, signal);
    if (count < nearlyAll) return {};
    const text = `${target.run} has ${count} of ${mostRevisions} revisions: Cloud Run removes the oldest, so a rollback to one of them may not be possible.`;
    return { ready: [], warnings: [text] };
  },
};

/** Secrets that the next revision names. Whether the service's own account may read them Cloud Run alone can tell. */
export const secrets: PreflightCheck = {
  what: 'secrets',
  look: async ({ cloud, target, service, signal }) => {
    const names = secretsOf(target, await service());
    const states = await Promise.all(
      names.map(async (name) => ({ name, state: await cloud.access.secret(name, signal) })),
    );
    const bad = states.filter(
      ({ state }) => state === 'MISSING' || state === 'DISABLED' || state === 'DESTROYED',
    );
    const blockers = bad.map(({ name, state }) => ({
      what: `secret ${name.split('/')[3] ?? name}`,
      evidence: [state === 'MISSING' ? `Secret Manager has no ${name}` : `${name} is ${state}`],
      prevents: `Start a revision of ${target.service}`,
      advice:
        state === 'DISABLED'
          ? 'Enable the version in Secret Manager, or name another one under secrets in slipway.yaml.'
          : 'Create it in Secret Manager, or mend its name under secrets in slipway.yaml.',
    }));
    return {
      blockers,
      ready: blockers.length > 0 || names.length === 0 ? [] : [`secrets (${names.length})`],
    };
  },
};
