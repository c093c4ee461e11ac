import { type Build, commitOfBuild, endedBuild, type FailedStep, failedStep } from './build.ts';

/** The substitution by which a build is found again: RunBuildTrigger adds no tags. */
export const markName = '_SLIPWAY_RUN';

/** A build of a trigger, as it was read. */
export interface TriggeredBuild {
  /** Full name. */
  readonly name: string;
  /** Empty where it was not slipway that began it. */
  readonly mark: string;
  readonly status: string;
  readonly ended: boolean;
  /** Milliseconds since 1970; 0 while it runs. */
  readonly endedAt: number;
  /** False while it has not begun: then nothing is lost when it is cancelled. */
  readonly working: boolean;
  readonly substitutions: Readonly<Record<string, string>>;
  /** What the ref stood for. */
  readonly commit: string | undefined;
  readonly logUrl: string | undefined;
  readonly step: FailedStep | undefined;
  readonly detail: string;
}

export function triggeredBuild(name: string, build: Build): TriggeredBuild {
  const status = String(build.status);
  const { substitutions, finishTime } = build;
  return {
    name,
    mark: substitutions?.[markName] ?? '',
    status,
    ended: endedBuild.has(status),
    endedAt: Number(finishTime?.seconds ?? 0) * 1_000 + (finishTime?.nanos ?? 0) / 1e6,
    working: status === 'WORKING',
    substitutions: substitutions ?? {},
    commit: commitOfBuild(build) ?? (substitutions?.['COMMIT_SHA'] || undefined),
    logUrl: build.logUrl ?? undefined,
    step: failedStep(build),
    detail: build.failureInfo?.detail || build.statusDetail || '',
  };
}
