import type { Outcome } from '../src/domain/events.ts';
import { durationsOf, expectedEnd, isEmpty } from '../src/domain/estimate.ts';
import type { Operation } from '../src/domain/operation.ts';
import type { Performance } from './performance.ts';

/**
 * Tells how long it will probably take, from those before it. Twice is safe: who has an estimate gets no other, and of two
 * the first counts.
 */
export async function estimate(operation: Operation, token: number, performance: Performance): Promise<void> {
  const { ledger, records, now } = performance;
  for (const one of [...(operation.parts ?? []), operation]) {
    if (one.estimates !== undefined) continue;
    const estimates = await records.durations.usual(one.request);
    if (isEmpty(estimates)) continue;
    const service = one === operation ? undefined : one.request.services[0];
    await ledger.append(
      { operation, token },
      { type: 'estimated', at: now(), ...(service === undefined ? {} : { service }), estimates },
    );
  }
}

/** What it took is what the next one is compared with. Before the end is written: a crash between repeats both. */
export async function noteDurations(
  operation: Operation,
  outcome: Outcome,
  { records, now }: Performance,
): Promise<void> {
  const at = now();
  const note = (one: Operation, succeeded: boolean) =>
    records.durations.note(one.request, durationsOf(one, at, succeeded));
  // Of several services each waits for others, so only its steps say something of the next time.
  await Promise.all([
    note(operation, outcome === 'succeeded'),
    ...(operation.parts ?? []).map((part) => note(part, false)),
  ]);
}

/** When the operation behind this one will probably begin, milliseconds since 1970; undefined where that is not known. */
export async function beginsAfter(
  ahead: Operation,
  { records, now }: Pick<Performance, 'records' | 'now'>,
): Promise<number | undefined> {
  const at = now();
  if (ahead.phase !== 'queued') {
    const end = expectedEnd(ahead);
    return end === undefined || end < at ? undefined : Math.round(end);
  }
  const begins = ahead.queue === undefined ? at : ahead.queue.beginsAt;
  const { whole } = await records.durations.usual(ahead.request);
  // An approval takes as long as people take.
  const waits = ahead.request.plan.includes('approval');
  return begins === undefined || whole === undefined || waits ? undefined : Math.round(begins + whole.median);
}
