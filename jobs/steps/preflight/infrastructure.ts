import type { TriggerWay } from '../../../src/domain/infrastructure/policy.ts';
import { gitProblem } from '../../../src/infrastructure/checkout.ts';
import { failureOfProblem } from '../infrastructure/failures.ts';
import { policyOf, toolOf } from '../infrastructure/tool.ts';
import { lookAtNeeds } from './access.ts';
import type { CheckContext, PreflightCheck } from './check.ts';
import type { Need } from './permissions.ts';

const preventsOf = ({ target }: CheckContext): string =>
  `Plan and apply the infrastructure of ${target.environment}`;

/** The program on this worker, or the trigger. */
export const infrastructureTool: PreflightCheck = {
  what: 'what changes the infrastructure',
  look: async (context) => {
    const found = await toolOf(context).ready();
    if (found.kind === 'done') {
      const { program, version } = found.value;
      return { ready: [`${program} ${version}`.trim()] };
    }
    const told = {
      code: 'INFRASTRUCTURE_PROGRAM',
      prevents: preventsOf(context),
      program: 'The program',
    } as const;
    const { summary, evidence, logs, blockers } = failureOfProblem(found.problem, told).failure;
    // It is there, and does not work.
    const other = { what: summary, evidence: [...evidence, ...logs], prevents: told.prevents };
    const advice = 'Run it by hand on the worker, with the version option, and mend what it says.';
    return { blockers: blockers ?? [{ ...other, advice }] };
  },
};

/** What fetches the configuration. */
export const git: PreflightCheck = {
  what: 'git',
  look: async (context) => {
    const { way } = policyOf(context);
    if (way.kind === 'trigger' || way.source.kind === 'folder') return { ready: [] };
    const problem = await gitProblem({ env: way.env, signal: context.signal });
    if (problem === undefined) return {};
    const advice = 'Install git on the worker, where its PATH leads.';
    return { blockers: [{ what: 'git', evidence: [problem], prevents: preventsOf(context), advice }] };
  },
};

/** What slipway itself may do; what builds may do is the matter of their own account. */
export const triggerPermissions: PreflightCheck = {
  what: 'permissions of the trigger',
  look: async (context) => {
    const { way } = policyOf(context);
    if (way.kind !== 'trigger') return { ready: [] };
    const trigger = await context.cloud.triggers.trigger(way, context.signal);
    return lookAtNeeds(triggerNeeds(way, trigger?.serviceAccount, preventsOf(context)), context);
  },
};

/** https://cloud.google.com/build/docs/iam-roles-permissions and https://cloud.google.com/logging/docs/access-control */
function triggerNeeds(
  { project }: TriggerWay,
  account: string | undefined,
  prevents: string,
): readonly Need[] {
  const resource = { kind: 'project', name: `projects/${project}` } as const;
  const what = { step: 'plan', resource, prevents } as const;
  const email = account?.split('/').at(-1);
  return [
    {
      ...what,
      permissions: ['create', 'get', 'list', 'update'].map((verb) => `cloudbuild.builds.${verb}`),
      role: 'roles/cloudbuild.builds.editor',
    },
    { ...what, permissions: ['logging.logEntries.list'], role: 'roles/logging.viewer' },
    ...(email === undefined
      ? []
      : [
          {
            ...what,
            resource: { kind: 'account', name: `projects/-/serviceAccounts/${email}` } as const,
            permissions: ['iam.serviceAccounts.actAs'],
            role: 'roles/iam.serviceAccountUser',
            doubt: 'Cloud Build may run the trigger as it all the same',
          },
        ]),
  ];
}
