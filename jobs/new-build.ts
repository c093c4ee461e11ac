import type { Operation } from '../src/domain/operation.ts';
import { noRounds } from '../src/domain/rounds/state.ts';
import type { StepContext } from './step.ts';

/** A build takes minutes: half a minute later is soon enough, and after hours ten minutes are. */
const [soonestMs, latestMs] = [30_000, 600_000];
/** Share of what was waited until the next look. */
const lateBy = 0.05;

/** Milliseconds until the next look for a build, after so many that were waited. */
export function lookForBuildMs(waitedMs: number): number {
  return Math.min(latestMs, Math.max(soonestMs, waitedMs * lateBy));
}

/**
 * Asks for the next round when a watched trigger has built something since the last one began. Twice is safe: of two
 * that ask the first counts, and what was built before the last round is not looked at.
 * @returns whether it asked
 */
export async function askForBuild(operation: Operation, context: StepContext): Promise<boolean> {
  const { targets, cloud, signal, log, now, append } = context;
  const { list } = operation.rounds ?? noRounds;
  const last = list.findLast(({ way }) => way === 'deploy');
  if (last === undefined) return false;
  for (const target of targets) {
    const { trigger } = target.build;
    if (trigger === undefined) continue;
    try {
      const commit = await cloud.triggers.newest({ ...target, trigger }, last.startedAt, signal);
      if (commit === undefined || commit === last.ref) continue;
      await append({
        type: 'round-asked',
        at: now(),
        after: list.length,
        way: 'deploy',
        ref: commit,
      });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      // People go on with the buttons, and the next look may find it.
      log.warn({ err: error, operation: operation.id, trigger }, 'builds of the trigger could not be read');
    }
  }
  return false;
}
