import type { Alert } from '../../src/domain/alert/alert.ts';
import { alertRootId, alertThreadId } from '../../src/domain/alert/thread.ts';
import { symptomTitles } from '../../src/domain/monitor/round.ts';
import type { Series } from '../../src/ledger/series.ts';
import type { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import type { Picture } from '../../src/slack/messages/alert/root.ts';
import type { connectSlack } from '../../src/slack/client.ts';
import { uploadPicture } from '../../src/slack/upload.ts';

const hourMs = 3_600_000;
/** In an outage of everything threads come first: a picture costs Slack three calls. */
const mostPictures = 5;

export interface PictureOptions {
  readonly client: ReturnType<typeof connectSlack>;
  readonly series: Pick<Series, 'since'>;
  readonly notes: Pick<ThreadNotes, 'read' | 'write'>;
  readonly alerts: { open(environment?: string): Promise<readonly unknown[]> };
  readonly everyMs: (alert: Alert) => number;
  /** Asks for the thread to be drawn again. */
  readonly announce: (thread: string) => Promise<void>;
  readonly now: () => number;
}

/**
 * The chart of an alert: one when it fires and one when it is over, because Slack keeps every file. The thread comes
 * first, and the picture with its next drawing. Twice is safe: which file it is stands in the notes of the thread, and a
 * file that nobody shows is seen by nobody.
 */
export function pictures(options: PictureOptions): (alert: Alert) => Promise<Picture | undefined> {
  return async (alert) => {
    const { notes, alerts, announce, now } = options;
    const id = alertRootId(alert);
    const name = `picture/${alert.firedAt}/${alert.phase === 'resolved' ? 'over' : 'firing'}`;
    const known = await notes.read(id);
    const alt = `${symptomTitles[alert.symptom]} of ${alert.service} in ${alert.environment}, the last hour`;
    const file = known.get(name)?.ts;
    if (file !== undefined) return { fileId: file, alt };
    if (known.get('root')?.ts === undefined) {
      await announce(alertThreadId(alert.key));
      return undefined;
    }
    if ((await alerts.open(alert.environment)).length > mostPictures) return undefined;
    const uploaded = await upload(alert, alt, options);
    if (uploaded === undefined) return undefined;
    await notes.write(id, name, { ts: uploaded, channel: alert.channel, shows: '', at: now() });
    return { fileId: uploaded, alt };
  };
}

async function upload(
  alert: Alert,
  alt: string,
  { client, series, everyMs, now }: PictureOptions,
): Promise<string | undefined> {
  // Drawing is native code: who draws nothing does not load it.
  const { availabilityChart } = await import('../../src/charts/availability.ts');
  const { service, environment, symptom, measured, firedAt, resolvedAt } = alert;
  const at = now();
  const png = await availabilityChart({
    target: { service, environment },
    symptom,
    span: '1h',
    points: await series.since({ service, environment }, at - hourMs),
    everyMs: everyMs(alert),
    now: at,
    limit: measured.limit,
    firings: [resolvedAt === undefined ? { from: firedAt } : { from: firedAt, to: resolvedAt }],
  });
  const done = await uploadPicture({ client, png, title: alt, alt });
  return done.kind === 'uploaded' ? done.file : undefined;
}
