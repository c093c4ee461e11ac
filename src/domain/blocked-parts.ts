import { blockedSummary, eachOnce } from './blocker.ts';
import type { Operation } from './operation.ts';

/**
 * Several services: what stands in the way of any of them is one report, so that nobody mends one thing only to hear of
 * the next.
 * @param failure of the whole: that of the service that was looked at first
 */
export function withAllBlockers(
  failure: Operation['failure'],
  parts: readonly Operation[],
): Operation['failure'] {
  const blocked = parts.flatMap((part) => (isBlocked(part.failure) ? [part.failure] : []));
  if (!isBlocked(failure) || blocked.length < 2) return failure;
  const { service: _, ...shared } = failure;
  const blockers = eachOnce(blocked.flatMap((each) => each.blockers ?? []));
  const all = (of: 'ready' | 'evidence') => [...new Set(blocked.flatMap((each) => each[of] ?? []))];
  return {
    ...shared,
    summary: blockedSummary(blockers),
    blockers,
    ready: all('ready'),
    evidence: all('evidence'),
  };
}

function isBlocked(failure: Operation['failure']): failure is NonNullable<Operation['failure']> {
  return failure?.code === 'BLOCKED';
}
