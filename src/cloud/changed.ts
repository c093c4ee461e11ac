import { type Change, changesBetween } from '../domain/change.ts';
import type { Target } from '../domain/target.ts';
import { viewRevision } from './revision-view.ts';
import type { CloudRun } from './run.ts';

export interface ChangedIn {
  readonly target: Target;
  readonly revision: string;
  /** The one to compare with. Default: the newest older one that became ready. */
  readonly before?: string | undefined;
}

/**
 * What is different in a revision from the one before; undefined when there is none, or Cloud Run does not say. It only
 * adds to what is told of a failure, so a fault of Google here is not one of the failure's.
 * @throws the signal's reason when it aborts
 */
export async function changedIn(
  run: Pick<CloudRun, 'revision' | 'history'>,
  { target, revision, before }: ChangedIn,
  signal: AbortSignal,
): Promise<readonly Change[] | undefined> {
  try {
    if (before !== undefined && before !== revision) {
      const [was, is] = await Promise.all(
        [before, revision].map((name) => run.revision(target, name, signal)),
      );
      if (!was || !is) return undefined;
      return changesBetween(viewRevision(was).deployed, viewRevision(is).deployed);
    }
    const all = await run.history(target, signal);
    const place = all.findIndex((each) => each.revision === revision);
    const is = all[place];
    const was = place < 0 ? undefined : all.slice(place + 1).find(({ state }) => state === 'ready');
    return is && was && changesBetween(was.deployed, is.deployed);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
