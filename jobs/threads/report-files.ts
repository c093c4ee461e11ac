import { type Operation, threadOf } from '../../src/domain/operation.ts';
import type { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import { type connectSlack, slackErrorName } from '../../src/slack/client.ts';
import { isFolded, suiteReport } from '../../src/slack/messages/suite-report.ts';
import { sendText, shareFile } from '../../src/slack/upload.ts';

export interface ReportFilesOptions {
  readonly client: ReturnType<typeof connectSlack>;
  readonly notes: Pick<ThreadNotes, 'read' | 'write'>;
  readonly now: () => number;
}

/**
 * Gives the thread the whole report of each suite that its reply folds, once the reply is there. Twice is safe: which
 * file it is stands in the notes of the thread before it is shared, and Slack shares a file once. What Slack refuses is
 * not tried again: the reply stands without it.
 * @throws what passes by itself, a 429 among it
 */
export async function shareReports(
  { id, request, results }: Operation,
  { client, notes, now }: ReportFilesOptions,
): Promise<void> {
  const runs = results.suites?.runs.filter(isFolded) ?? [];
  if (runs.length === 0) return;
  const thread = threadOf(id, request);
  const known = await notes.read(thread);
  const root = known.get('root');
  if (root?.ts === undefined) return;
  for (const run of runs) {
    // The rounds of one thread run the same suites.
    const name = thread === id ? `report/${run.suite}` : `report/${id}/${run.suite}`;
    const note = known.get(name);
    if (note?.ts !== undefined) continue;
    const title = `${run.suite}-report.md`;
    const { channel, ts } = root;
    try {
      const file = note?.shows ?? (await sendText({ client, filename: title, text: suiteReport(id, run) }));
      await notes.write(thread, name, { channel, shows: file, at: now() });
      await shareFile({ client, file, title, channel, thread: ts });
      await notes.write(thread, name, { channel, shows: file, ts: file, at: now() });
    } catch (error) {
      if (slackErrorName(error) === undefined) throw error;
      await notes.write(thread, name, { channel, shows: '', ts: 'refused', at: now() });
    }
  }
}
