import type { Cloud } from '../cloud/index.ts';
import { CloudError, grpcCode } from '../cloud/errors.ts';
import type { TriggeredBuild } from '../cloud/triggered.ts';
import type { Trigger } from '../cloud/triggers.ts';
import { type BuildLog, readBuildLog } from '../domain/infrastructure/build-log.ts';
import type { TriggerWay } from '../domain/infrastructure/policy.ts';
import type { Done, Problem } from '../domain/infrastructure/tool.ts';
import { type Action, isWhole, problemOf } from './build-end.ts';

export interface TriggerToolOptions {
  readonly way: TriggerWay;
  readonly cloud: Pick<Cloud, 'triggers' | 'logs' | 'objects'>;
  readonly environment: string;
  /** Names the operation wherever its builds are. */
  readonly mark: string;
  /** Whether an earlier try may have begun a build. */
  readonly begunBefore: boolean;
  /** Milliseconds that the state lock is waited for. Default: as configured. */
  readonly lockWaitMs?: number;
  readonly signal: AbortSignal;
  /** Whether the signal has aborted because people want it to end, not the worker. */
  readonly cancelled: () => boolean;
}

export interface Asked {
  readonly action: Action;
  /** From 1: of the plan that is made, or applied. */
  readonly number: number;
  readonly ref: string;
  readonly begunBefore: boolean;
  readonly substitutions?: Readonly<Record<string, string>>;
}

/** A build that has ended, or that has not in time. */
export interface Ended {
  readonly log: BuildLog;
  /** What it was made from. */
  readonly commit: string | undefined;
  /** Absent: it ended well. */
  readonly problem?: Problem;
}

export interface OwnBuild extends TriggeredBuild {
  readonly number: number;
}

/** Cloud Logging may be asked 60 times a minute by a whole project: https://cloud.google.com/logging/quotas */
const lookEveryMs = 5_000;
/** A plan of thousands of resources, whole. */
const mostBytes = 64 * 1024 * 1024;

export function triggerTitle({ trigger }: TriggerWay): string {
  return `Cloud Build trigger ${trigger}`;
}

/** The builds of one operation. */
export class TriggeredBuilds {
  readonly #options: TriggerToolOptions;
  #trigger: Trigger | undefined;

  constructor(options: TriggerToolOptions) {
    this.#options = options;
  }

  async trigger(): Promise<Done<Trigger>> {
    const { way, cloud, signal } = this.#options;
    this.#trigger ??= await cloud.triggers.trigger(way, signal);
    if (this.#trigger !== undefined) return { kind: 'done', value: this.#trigger };
    const where = `projects/${way.project}/locations/${way.region}`;
    const error = `${where} has no trigger ${way.trigger}`;
    const advice = 'Create the trigger in Cloud Build, or mend infrastructure.trigger in slipway.yaml.';
    return { kind: 'problem', problem: { kind: 'missing', what: triggerTitle(way), error, advice } };
  }

  /** Highest number first. */
  async ofOperation(action?: Action): Promise<readonly OwnBuild[]> {
    const { cloud, mark, signal } = this.#options;
    const found = await this.trigger();
    if (found.kind === 'problem') return [];
    const builds = await cloud.triggers.builds(found.value, signal);
    return builds
      .filter(({ substitutions: own }) => own['_SLIPWAY_OPERATION'] === mark)
      .filter(({ substitutions: own }) => action === undefined || own['_SLIPWAY_ACTION'] === action)
      .map((build) => ({ ...build, number: Number(build.mark.split('-').at(-1)) }))
      .toSorted((a, b) => b.number - a.number);
  }

  /** Begins it, or finds it. */
  async begin(asked: Asked): Promise<Done<TriggeredBuild>> {
    const { cloud, way, environment, mark, signal, lockWaitMs = way.lockWaitMs } = this.#options;
    const found = await this.trigger();
    if (found.kind === 'problem') return found;
    const { action, ref, begunBefore } = asked;
    const substitutions = {
      _SLIPWAY_ACTION: action,
      _SLIPWAY_OPERATION: mark,
      _SLIPWAY_ENVIRONMENT: environment,
      _SLIPWAY_OBJECTS: `gs://${way.bucket}/${this.#folder(asked)}`,
      _SLIPWAY_LOCK_WAIT: `${Math.ceil(lockWaitMs / 1_000)}s`,
      ...asked.substitutions,
    };
    const request = { trigger: found.value, ref, mark: this.#markOf(asked), substitutions, begunBefore };
    try {
      return { kind: 'done', value: await cloud.triggers.start(request, signal) };
    } catch (error) {
      if (!(error instanceof CloudError) || !refusals.has(error.code)) throw error;
      const what = `${triggerTitle(way)} at ${ref}`;
      return {
        kind: 'problem',
        problem: { kind: 'failed', what, diagnostics: [], lines: [error.message] },
      };
    }
  }

  /** Begins it, or finds it, and waits for its end. @param onLog hears its log as far as it is known, now and then */
  async run(asked: Asked, onLog?: (log: BuildLog) => void): Promise<Ended> {
    const begun = await this.begin(asked);
    if (begun.kind === 'problem') return { log: noLog, commit: undefined, problem: begun.problem };
    const { signal, cancelled } = this.#options;
    const { name } = begun.value;
    try {
      return await this.#ended(name, { asked, onLog, signal });
    } catch (error) {
      if (asked.action !== 'apply' || !signal.aborted || !cancelled()) throw error;
      return this.#halted(name, { asked, onLog });
    }
  }

  /** What a build has kept for slipway. */
  async kept(asked: Asked, file: string): Promise<Done<string>> {
    const { way, cloud, signal } = this.#options;
    const object = `${this.#folder(asked)}/${file}`;
    const found = await cloud.objects.get({ bucket: way.bucket, object }, signal);
    const refuse = (line: string): Done<never> => {
      const what = `gs://${way.bucket}/${object}`;
      return { kind: 'problem', problem: { kind: 'failed', what, diagnostics: [], lines: [line] } };
    };
    if (found.kind === 'none') return refuse(found.why);
    if (found.size > mostBytes) return refuse(`It has ${found.size} bytes, more than slipway reads`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of found.bytes) chunks.push(chunk);
    return { kind: 'done', value: Buffer.concat(chunks).toString('utf8') };
  }

  /** Ends what runs; an apply in the middle would leave the lock and half a change behind, so it is waited for. */
  async stop(): Promise<void> {
    const { signal } = this.#options;
    for (const { name, ended, substitutions } of await this.ofOperation()) {
      if (ended) continue;
      const asked = { applies: substitutions['_SLIPWAY_ACTION'] === 'apply' };
      await this.#stopOne(name, asked, signal);
    }
  }

  async #halted(name: string, looking: Omit<Looking, 'signal'>): Promise<Ended> {
    const signal = AbortSignal.timeout(this.#options.way.timeoutMs);
    await this.#stopOne(name, { applies: true }, signal);
    return this.#ended(name, { ...looking, signal });
  }

  async #stopOne(
    name: string,
    { applies }: { readonly applies: boolean },
    signal: AbortSignal,
  ): Promise<void> {
    const { cloud, way } = this.#options;
    const now = await cloud.triggers.get(name, signal);
    if (now.ended) return;
    if (applies && now.working) await cloud.triggers.end(name, { timeoutMs: way.timeoutMs }, signal);
    else await cloud.triggers.cancel(name, way, signal);
  }

  async #ended(name: string, { asked, onLog, signal }: Looking): Promise<Ended> {
    const { cloud, way, cancelled } = this.#options;
    const { timeoutMs } = way;
    const build = { name, target: way };
    let toldAt = 0;
    const onLook = async () => {
      if (onLog === undefined || Date.now() - toldAt < lookEveryMs) return;
      toldAt = Date.now();
      onLog(readBuildLog(await cloud.logs.wholeOfBuild(build, { once: true }, signal)));
    };
    const end = await cloud.triggers.end(name, { timeoutMs, onLook }, signal);
    if (end === undefined)
      return { log: noLog, commit: undefined, problem: { kind: 'timed-out', afterMs: timeoutMs } };
    const well = end.status === 'SUCCESS';
    const until = (lines: readonly string[]) => isWhole(readBuildLog(lines), asked.action);
    const log = readBuildLog(await cloud.logs.wholeOfBuild(build, well ? { until } : {}, signal));
    onLog?.(log);
    const { commit } = end;
    if (well) return { log, commit };
    if (end.status === 'CANCELLED' && cancelled()) return { log, commit, problem: { kind: 'stopped' } };
    return { log, commit, problem: problemOf(end, log, asked.action) };
  }

  #markOf({ action, number }: Asked): string {
    return `${this.#options.mark}-${action}-${number}`;
  }

  /** A plan is kept apart from all others; whoever applies it finds it there. */
  #folder({ action, number }: Asked): string {
    const { way, mark } = this.#options;
    const own = `${mark}/${action === 'outputs' ? 'outputs' : `plan-${number}`}`;
    return way.prefix === '' ? own : `${way.prefix}/${own}`;
  }
}

interface Looking {
  readonly asked: Asked;
  readonly onLog: ((log: BuildLog) => void) | undefined;
  readonly signal: AbortSignal;
}

const noLog: BuildLog = { messages: [], diagnostics: [], plans: [], others: [] };

/** Google's answers to a ref that it cannot resolve, and to a trigger that cannot be run. */
const refusals: ReadonlySet<number> = new Set([
  grpcCode.INVALID_ARGUMENT,
  grpcCode.NOT_FOUND,
  grpcCode.FAILED_PRECONDITION,
]);
