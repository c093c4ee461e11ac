import type { Blocker } from '../../../src/domain/blocker.ts';
import { type SuiteJob, type SuitePlan, selectionOf } from '../../../src/domain/suite/plan.ts';
import { CloudError, grpcCode } from '../../../src/cloud/errors.ts';
import { jobName } from '../../../src/cloud/names.ts';
import { programProblem } from '../../../src/programs/find.ts';
import { rootOf } from '../../suite/command.ts';
import { told } from '../../suite/words.ts';
import { lookAtNeed } from './access.ts';
import { type CheckContext, type Looked, together, type PreflightCheck } from './check.ts';

/** The suites that this operation will run, each looked at by itself. */
function ofSuites(
  what: string,
  look: (plan: SuitePlan, context: CheckContext) => Promise<Looked>,
): PreflightCheck {
  return {
    what,
    look: async (context) => {
      const { operation, target } = context;
      const names = selectionOf(target, operation.request)?.names ?? [];
      // One that is configured no more is told by the step itself.
      const plans = names.flatMap((name) => target.suites?.plans[name] ?? []);
      return together(await Promise.all(plans.map((plan) => look(plan, context))));
    },
  };
}

const prevents = ({ name }: SuitePlan) => `Run the test suite ${name}`;

/** The program of a command, and the folder in which it runs. */
export const suitePrograms = ofSuites('programs of test suites', async (plan, { operation }) => {
  const { run, env, name } = plan;
  if (run.kind !== 'command') return {};
  const file = told(run.command[0] ?? '', operation.id);
  const searchPath = env['PATH'] ?? run.base['PATH'];
  const problem = await programProblem({ file, cwd: rootOf(run), searchPath });
  if (problem === undefined) return { ready: [`suite ${name}`] };
  const advice = `Install it on the worker, or mend command and cwd of the suite ${name} in slipway.yaml.`;
  return { blockers: [{ what: `suite ${name}`, evidence: [problem], prevents: prevents(plan), advice }] };
});

/** A job that is there and may be run with other variables than its own. */
export const suiteJobs = ofSuites('jobs of test suites', async (plan, context) => {
  const { run } = plan;
  if (run.kind !== 'cloud-run-job') return {};
  const problem = await jobProblem(run, context);
  if (problem !== undefined) return { blockers: [missingJob(run, plan, problem)] };
  const need = {
    step: 'suites',
    resource: { kind: 'job', name: jobName(run) },
    permissions: ['run.jobs.run', 'run.jobs.runWithOverrides'],
    // It brings run.executions.get and .list as well: https://cloud.google.com/run/docs/reference/iam/roles
    role: 'roles/run.developer',
    prevents: prevents(plan),
  } as const;
  return lookAtNeed(need, context);
});

/** To run it, it need not be read: whoever may not read it is asked for the rest. */
async function jobProblem(job: SuiteJob, { cloud, signal }: CheckContext): Promise<string | undefined> {
  try {
    return await cloud.jobs.problem(job, signal);
  } catch (error) {
    if (error instanceof CloudError && error.code === grpcCode.PERMISSION_DENIED) return undefined;
    throw error;
  }
}

function missingJob({ job, project, region }: SuiteJob, plan: SuitePlan, problem: string): Blocker {
  return {
    what: `job ${job}`,
    evidence: [problem],
    prevents: prevents(plan),
    advice: `Create the job in ${project}, ${region}, or mend cloudRunJob of the suite ${plan.name} in slipway.yaml.`,
  };
}

/** The bucket of the report. Whether the object is there nobody knows before the tests have run. */
export const suiteReports = ofSuites('reports of test suites', async (plan, { cloud, signal }) => {
  const { from } = plan.report;
  if (from.kind !== 'object') return {};
  const { bucket } = from;
  const found = await cloud.objects.readable(bucket, signal);
  switch (found.kind) {
    case 'readable':
      return { ready: [`bucket ${bucket}`] };
    case 'denied': {
      // A grant with a condition on the names of objects does not show on the bucket.
      const text = `The account that slipway runs as does not have storage.objects.get on the bucket ${bucket}: unless a grant with a condition gives it, the report of ${plan.name} cannot be read. Grant roles/storage.objectViewer there (docs/security.md).`;
      return { warnings: [text] };
    }
    case 'none': {
      const advice = `Create the bucket, or mend report of the suite ${plan.name} in slipway.yaml.`;
      return {
        blockers: [{ what: `bucket ${bucket}`, evidence: [found.why], prevents: prevents(plan), advice }],
      };
    }
  }
});
