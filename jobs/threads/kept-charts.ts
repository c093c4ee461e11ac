import type { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import type { ChartView } from '../../src/slack/messages/picture.ts';

export interface KeptCharts {
  /** Under whose notes they are kept. */
  readonly thread: string;
  readonly channel: string;
  readonly make: readonly { readonly name: string; readonly make: () => Promise<ChartView> }[];
}

/**
 * Makes each chart once: what it shows stays what it was, however often its message is drawn. Twice is safe: a file
 * that no message names is seen by nobody. One that Slack did not take is told in words only.
 */
export async function keptCharts(
  { thread, channel, make }: KeptCharts,
  { notes, now }: { readonly notes: Pick<ThreadNotes, 'read' | 'write'>; readonly now: () => number },
): Promise<readonly ChartView[]> {
  const known = await notes.read(thread);
  return Promise.all(
    make.map(async ({ name, make: draw }) => {
      const note = known.get(`chart/${name}`);
      if (note !== undefined) return { words: note.shows, fileId: note.ts };
      const chart = await draw();
      await notes.write(thread, `chart/${name}`, {
        ts: chart.fileId,
        channel,
        shows: chart.words,
        at: now(),
      });
      return chart;
    }),
  );
}
