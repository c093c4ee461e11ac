import type { Target } from '../domain/target.ts';
import type { RunTemplate } from './deployed.ts';
import { CloudError } from './errors.ts';
import { type RunRevision, viewRevision } from './revision-view.ts';
import type { CloudRun } from './run.ts';
import { stampOf } from './stamp.ts';

export interface Carrying {
  readonly target: Target;
  /** What the service has now. Another template is somebody else's, and stays. */
  readonly from: string;
  /** The revision whose template it should have. */
  readonly to: string;
}

/** What the next change of the service begins from. */
export interface Carried {
  /** Short name of the revision whose template it is. */
  readonly revision: string;
  /** Why it is not the one that was wanted, in Cloud Run's own words. */
  readonly problem?: string;
}

/**
 * Gives the service the template of an older revision, so that the next change, by whomever, begins from that one. No
 * revision is made and no traffic moves: a template that bears the name of a revision and says the same is that
 * revision, and Cloud Run refuses the name with other content (docs/decisions/0018-what-a-restore-puts-back.md).
 * Twice is safe: nothing is written when it is so already.
 * @throws the signal's reason, and nothing else: users have what they need, and who reads the result is told.
 */
export async function carry(
  run: Pick<CloudRun, 'revision' | 'rewrite' | 'settled'>,
  { target, from, to }: Carrying,
  signal: AbortSignal,
): Promise<Carried> {
  try {
    const wanted = await run.revision(target, to, signal);
    if (wanted === undefined) return { revision: from, problem: `Cloud Run no longer has ${to}` };
    await run.rewrite(
      target,
      ({ raw, carries }) =>
        carries === from
          ? { service: { template: templateOf(wanted, to, raw.template) }, paths: ['template'] }
          : undefined,
      signal,
    );
    return { revision: (await run.settled(target, signal)).carries };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { revision: from, problem: error.message };
  }
}

export interface Earlier {
  readonly target: Target;
  /** A revision of ours. */
  readonly revision: string;
  /** What is good enough when there is nothing from before, or it never became ready. */
  readonly instead: string;
}

/** The revision whose template the service had before ours was made. */
export async function earlier(
  run: Pick<CloudRun, 'revision'>,
  { target, revision, instead }: Earlier,
  signal: AbortSignal,
): Promise<string> {
  const own = await run.revision(target, revision, signal);
  const from = stampOf(revision, own?.annotations)?.from;
  const before = from === undefined ? undefined : await run.revision(target, from, signal);
  return from !== undefined && before !== undefined && viewRevision(before).state === 'ready'
    ? from
    : instead;
}

/** All that a revision has of a template. What it does not tell has never been changed by a deploy. */
function templateOf(raw: RunRevision, revision: string, now: RunTemplate | null | undefined): RunTemplate {
  return defined({
    revision,
    labels: raw.labels,
    annotations: raw.annotations,
    scaling: raw.scaling,
    vpcAccess: raw.vpcAccess,
    timeout: raw.timeout,
    serviceAccount: raw.serviceAccount,
    containers: raw.containers,
    volumes: raw.volumes,
    executionEnvironment: raw.executionEnvironment,
    encryptionKey: raw.encryptionKey,
    maxInstanceRequestConcurrency: raw.maxInstanceRequestConcurrency,
    serviceMesh: raw.serviceMesh,
    encryptionKeyRevocationAction: raw.encryptionKeyRevocationAction,
    encryptionKeyShutdownDuration: raw.encryptionKeyShutdownDuration,
    sessionAffinity: raw.sessionAffinity,
    nodeSelector: raw.nodeSelector,
    gpuZonalRedundancyDisabled: raw.gpuZonalRedundancyDisabled,
    healthCheckDisabled: now?.healthCheckDisabled,
  });
}

function defined(template: { [Name in keyof RunTemplate]: RunTemplate[Name] | undefined }): RunTemplate {
  return Object.fromEntries(Object.entries(template).filter(([, value]) => value !== undefined));
}
