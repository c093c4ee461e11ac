import type { Blocker } from '../../../src/domain/blocker.ts';
import { imageBefore, imageTagOf, isLocal } from '../build/before.ts';
import type { CheckContext, Looked, PreflightCheck } from './check.ts';

/** A repository that is connected to Cloud Build, and by a connection that works. */
export const connection: PreflightCheck = {
  what: 'connected repository',
  look: async (context) => {
    const { operation, target, cloud, signal } = context;
    if (isLocal(operation, target) || target.build.repository.startsWith('https://')) return { ready: [] };
    if ((await imageBefore(context)) !== undefined) return { ready: [] };
    const problem = await cloud.build.sourceProblem(target, signal);
    if (problem === undefined) return {};
    const advice =
      'Finish the connection under Cloud Build, Repositories, in the console, or mend build.repository in slipway.yaml.';
    return blockedBy(context, { what: 'connected repository', evidence: [problem], advice });
  },
};

/** Docker is needed only where this worker will build: a retry may have its image already. */
function whereBuilt(what: string, look: PreflightCheck['look']): PreflightCheck {
  return {
    what,
    look: async (context) => {
      const here = isLocal(context.operation, context.target) && (await imageBefore(context)) === undefined;
      return here ? look(context) : { ready: [] };
    },
  };
}

export const daemon = whereBuilt('Docker daemon', async (context) => {
  const problem = await context.cloud.docker.daemonProblem(context.signal);
  if (problem === undefined) return {};
  const advice = /ENOENT|EACCES/.test(problem)
    ? 'Install Docker on the machine of the worker, where its PATH leads, or deploy without build:local.'
    : 'Start Docker on the machine of the worker (systemctl start docker, or Docker Desktop), or deploy without build:local.';
  return blockedBy(context, { what: 'Docker daemon', evidence: [problem], advice });
});

export const buildx = whereBuilt('Docker Buildx', async (context) => {
  const problem = await context.cloud.docker.buildxProblem(context.signal);
  // Without the program the check of the daemon says so.
  if (problem === undefined || problem.includes('ENOENT'))
    return { ready: problem === undefined ? ['Docker Buildx'] : [] };
  const advice = 'Install the Buildx plugin of Docker on the machine of the worker.';
  return blockedBy(context, { what: 'Docker Buildx', evidence: [problem], advice });
});

/** With the credentials that Docker has for the registry, which may be others than slipway's. */
export const registry = whereBuilt('registry', async (context) => {
  const { cloud, operation, target, signal } = context;
  const { image } = target.build;
  const found = await cloud.docker.look(`${image}:${imageTagOf(operation)}`, signal);
  if (found.kind !== 'refused') return { ready: [`registry ${image}`] };
  if (!/40[13]|[Uu]nauthorized|denied|authoriz/.test(found.text))
    return { unchecked: [`registry ${image}: ${found.text}`] };
  const host = image.split('/')[0] ?? image;
  const advice = `Let Docker on the worker log in there: gcloud auth configure-docker ${host}, as the account that may push.`;
  return blockedBy(context, { what: `registry ${host}`, evidence: [found.text], advice });
});

export const source = whereBuilt('source', async (context) => {
  const { repository } = context.target.build;
  if (repository.startsWith('https://')) return Promise.resolve({ ready: [] });
  const evidence = [`build.repository is ${repository}`];
  const advice = 'Give the service an https:// Git URL in slipway.yaml, or deploy without build:local.';
  return Promise.resolve(blockedBy(context, { what: 'source for Docker', evidence, advice }));
});

function blockedBy({ target }: CheckContext, found: Omit<Blocker, 'prevents'>): Looked {
  return { blockers: [{ ...found, prevents: `Build the image of ${target.service}` }] };
}
