import { explain } from '../../src/domain/cause.ts';
import { causeParts } from '../../src/domain/cause/origin.ts';
import { type Operation, stepOf } from '../../src/domain/operation.ts';
import type { Target } from '../../src/domain/target.ts';
import { closedGates } from '../gates.ts';
import { failed, finished, type Step, type StepContext, type StepOutcome } from '../step.ts';
import { imageBefore, imageTagOf, isLocal } from './build/before.ts';
import { buildHere } from './build/local.ts';

type Outcome = StepOutcome<'build'>;

/** Several services of one operation each have a build. */
const buildTagOf = (operation: Operation, { service }: Target): string =>
  `slipway-${imageTagOf(operation)}-${service}`;

/** Somebody cancelled the operation: nobody waits for its build any more. Twice is safe: an ended build stays so. */
export async function cancelBuild({ cloud, operation, target, signal }: StepContext): Promise<void> {
  // That of Docker ends with the step.
  if (isLocal(operation, target)) return;
  await cloud.build.cancel({ target, tag: buildTagOf(operation, target) }, signal);
}

/**
 * Builds the image, with Cloud Build or here. Twice is safe: the build bears a tag made from the operation, and
 * a build with that tag is waited for instead of started again; what is built here says in build/local.ts why it is.
 */
export const build: Step<'build'> = async (context) => {
  const { operation, target } = context;
  const before = await imageBefore(context);
  const make = isLocal(operation, target) ? buildHere : buildNow;
  const built = before === undefined ? await make(context) : finished(before);
  if (built.kind !== 'finished') return built;
  const { digest, commit } = built.result;
  const images = { [context.target.service]: { digest, commit } };
  return (await closedGates(context, images)) ?? built;
};

/**
 * Begins the build while something else is done; the step itself finds it by its tag. Twice is safe, for the same
 * reason. A fault is not told here: the step meets it again, and tells it where people look for it.
 */
export async function beginBuild(context: StepContext): Promise<void> {
  if (isLocal(context.operation, context.target)) return;
  if ((await imageBefore(context)) === undefined) await startBuild(context).catch(() => undefined);
}

/** @returns its full name. */
async function startBuild({ cloud, operation, target, signal }: StepContext): Promise<string> {
  const { ref } = operation.request;
  // The step before may have begun it.
  const begunBefore = (['baseline', 'build'] as const).some(
    (name) => stepOf(operation, name)?.startedAt !== undefined,
  );
  const request = {
    target,
    ref,
    tag: buildTagOf(operation, target),
    imageTag: imageTagOf(operation),
    begunBefore,
  };
  return cloud.build.start(request, signal);
}

async function buildNow(context: StepContext): Promise<Outcome> {
  const { cloud, operation, target, signal } = context;
  const { ref } = operation.request;
  const name = await startBuild(context);
  const end = await cloud.build.end(name, target, signal);
  switch (end.kind) {
    case 'built':
      return finished({
        image: `${target.build.image}@${end.digest}`,
        digest: end.digest,
        ...(end.commit === undefined ? {} : { commit: end.commit }),
        build: name,
        ...(end.logUrl === undefined ? {} : { logUrl: end.logUrl }),
      });
    case 'timeout':
      return failed('BUILD_FAILED', { summary: 'The build did not end in time.', evidence: [name] });
    case 'failed': {
      const log = await cloud.logs.ofBuild({ name, target, step: end.step }, signal);
      const { cause, lines } = explain(log);
      const where = end.step === undefined ? '' : ` in step “${end.step.name}”`;
      const exit = end.step?.exitCode === undefined ? [] : [`exit code ${end.step.exitCode}`];
      return failed('BUILD_FAILED', {
        summary: `The build of ${ref} ended with ${end.status}${where}.`,
        evidence: [...exit, ...(end.detail === undefined ? [] : [end.detail])],
        logs: [...lines],
        ...causeParts(cause),
      });
    }
  }
}
