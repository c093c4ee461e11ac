import type { ServiceView } from '../../../src/cloud/service-view.ts';
import { type Blocker, eachOnce } from '../../../src/domain/blocker.ts';
import type { StepContext } from '../../step.ts';

/** A check that has no answer by then leaves its question open; milliseconds. */
const withinMs = 15_000;

export interface CheckContext extends StepContext {
  /** The service as it is now, read once for all checks. */
  readonly service: () => Promise<ServiceView | undefined>;
}

/** What a check found. All are optional: an empty answer says that all is well. */
export interface Looked {
  /** What stands in the way: nothing is begun. */
  readonly blockers?: readonly Blocker[];
  /** Found well. Default: the name of the check, when there is neither a blocker nor anything unchecked. */
  readonly ready?: readonly string[];
  /** Stands in no way yet. */
  readonly warnings?: readonly string[];
  /** What could not be determined, and why: never a blocker. */
  readonly unchecked?: readonly string[];
}

/** One question about something outside that a step of the plan will need. It only reads. */
export interface PreflightCheck {
  /** What is ready when nothing is in the way, e.g. `Docker daemon`. */
  readonly what: string;
  /** Whatever it throws, and 15 s without an answer, are told as “could not be checked”. */
  readonly look: (context: CheckContext) => Promise<Looked>;
}

/** Asks all of them side by side. @throws the reason of the step's signal when that aborts. */
export async function lookAll(
  checks: readonly PreflightCheck[],
  context: CheckContext,
): Promise<Required<Looked>> {
  const found = await Promise.all(checks.map((check) => lookOnce(check, context)));
  return together(found);
}

/** What several looks found, as one. */
export function together(found: readonly Looked[]): Required<Looked> {
  const all = (of: 'ready' | 'warnings' | 'unchecked') => [
    ...new Set(found.flatMap((each) => each[of] ?? [])),
  ];
  return {
    blockers: eachOnce(found.flatMap(({ blockers }) => blockers ?? [])),
    ready: all('ready'),
    warnings: all('warnings'),
    unchecked: all('unchecked'),
  };
}

async function lookOnce({ what, look }: PreflightCheck, context: CheckContext): Promise<Looked> {
  const late = AbortSignal.timeout(withinMs);
  const signal = AbortSignal.any([context.signal, late]);
  try {
    const looked = await Promise.race([look({ ...context, signal }), aborted(signal)]);
    const open = (looked.blockers ?? []).length + (looked.unchecked ?? []).length > 0;
    return { ...looked, ready: looked.ready ?? (open ? [] : [what]) };
  } catch (error) {
    context.signal.throwIfAborted();
    return { unchecked: [`${what}: ${late.aborted ? `no answer in ${withinMs / 1_000} s` : textOf(error)}`] };
  }
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => {
      reject(new Error('aborted'));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
