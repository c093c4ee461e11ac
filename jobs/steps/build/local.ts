import type { LocalBuildEnd } from '../../../src/cloud/docker.ts';
import { causeOf } from '../../../src/domain/cause.ts';
import { stepOf } from '../../../src/domain/operation.ts';
import { failed, finished, type StepContext, type StepOutcome } from '../../step.ts';
import { imageTagOf } from './before.ts';

/** Each is an event in the ledger: nobody reads faster than this many milliseconds. */
const tellEveryMs = 1_000;

/**
 * Builds with the Docker of this worker. Twice is safe: the image bears a tag made from the operation, and an image
 * that has it is not built again. Of two builds that push the same tag, the digest of the one that ended counts.
 */
export async function buildHere(context: StepContext): Promise<StepOutcome<'build'>> {
  const { cloud, operation, target, signal } = context;
  const tagged = `${target.build.image}:${imageTagOf(operation)}`;
  const built = (digest: string, commit?: string) =>
    finished({
      image: `${target.build.image}@${digest}`,
      digest,
      ...(commit === undefined ? {} : { commit }),
      build: `docker buildx build ${tagged}`,
    });
  // A worker before may have pushed it and died, or been asked to stop, before it could say so.
  if (stepOf(operation, 'build')?.startedAt !== undefined) {
    const found = await cloud.docker.look(tagged, signal);
    if (found.kind === 'found') return built(found.digest);
  }
  const end = await cloud.docker.build({
    target,
    ref: operation.request.ref,
    imageTag: imageTagOf(operation),
    signal,
    onStep: teller(context),
  });
  return end.kind === 'built' ? built(end.digest, end.commit) : failureOf(end, context);
}

function failureOf(end: Exclude<LocalBuildEnd, { kind: 'built' }>, { operation, target }: StepContext) {
  const { ref } = operation.request;
  if (end.kind === 'timeout')
    return failed('BUILD_FAILED', {
      summary: `Docker did not end the build of ${ref} within ${target.build.timeoutMs / 1_000} s.`,
    });
  const cause = causeOf(end.logs);
  const where = end.step === undefined ? '' : ` in step “${end.step}”`;
  return failed('BUILD_FAILED', {
    summary: `The build of ${ref} by Docker failed${where}.`,
    evidence: [...end.detail],
    logs: [...end.logs],
    ...(cause === undefined ? {} : { cause: cause.error }),
  });
}

/** Tells the step that runs; an event that is lost is made good by the next one, or by the end. */
function teller({ append, now, log }: StepContext): (name: string) => void {
  let last = 0;
  return (name) => {
    const at = now();
    if (at - last < tellEveryMs) return;
    last = at;
    append({ type: 'step-progressed', at, step: 'build', text: name.slice(0, 200) }).catch(
      (error: unknown) => {
        log.debug({ err: error }, 'progress was not told');
      },
    );
  };
}
