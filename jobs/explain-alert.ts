import type { Logger } from 'pino';
import { changedIn } from '../src/cloud/changed.ts';
import type { Cloud } from '../src/cloud/index.ts';
import type { Alert } from '../src/domain/alert/alert.ts';
import { causeOf } from '../src/domain/cause.ts';
import { causeParts } from '../src/domain/cause/origin.ts';
import { leavesLog } from '../src/domain/diagnosis/logs.ts';
import type { Target } from '../src/domain/target.ts';
import type { Alerts } from '../src/ledger/alerts.ts';

/** Looks for the cause of an alert in the log of who serves. Returns at once, and never throws. */
export type ExplainAlert = (alert: Alert, target: Target) => void;

export interface ExplainOptions {
  readonly cloud: {
    readonly logs: Pick<Cloud['logs'], 'ofRevision'>;
    readonly run: Pick<Cloud['run'], 'service' | 'revision' | 'history'>;
  };
  readonly alerts: Pick<Alerts, 'change'>;
  readonly log: Pick<Logger, 'warn'>;
  readonly now: () => number;
}

/** In an outage of everything people come first: a few logs tell what the others would. */
const mostAtOnce = 4;
/** A log that comes in, and a look at two revisions. */
const withinMs = 30_000;

/**
 * Adds the cause to an alert beside the rounds, which do not wait for it. Each process looks once for each firing; of
 * several the first counts. One that dies meanwhile leaves it to the next that measures.
 */
export function explainAlerts(options: ExplainOptions): ExplainAlert {
  const looked = new Map<string, string>();
  let busy = 0;
  return (alert, target) => {
    const { key, dedupKey, phase, cause, measured } = alert;
    const due = phase !== 'resolved' && cause === undefined && looked.get(key) !== dedupKey;
    if (!due || busy >= mostAtOnce || !measured.diagnoses.some(leavesLog)) return;
    looked.set(key, dedupKey);
    busy += 1;
    look(alert, target, options)
      .catch((error: unknown) => {
        options.log.warn({ err: error, alert: key }, 'the cause of an alert could not be looked for');
      })
      .finally(() => {
        busy -= 1;
      });
  };
}

async function look(
  { key, firedAt }: Alert,
  target: Target,
  { cloud, alerts, now }: ExplainOptions,
): Promise<void> {
  const signal = AbortSignal.timeout(withinMs);
  const service = await cloud.run.service(target, signal);
  const revision = service?.serving[0]?.revision;
  if (revision === undefined) return;
  const cause = causeOf(await cloud.logs.ofRevision(target, revision, signal));
  if (cause === undefined) return;
  const changes = await changedIn(cloud.run, { target, revision }, signal);
  const parts = causeParts(cause, { revision, ...(changes === undefined ? {} : { changes: [...changes] }) });
  await alerts.change(key, {
    decide: (alert) => {
      const due = alert?.firedAt === firedAt && alert.phase !== 'resolved' && alert.cause === undefined;
      const { cause: error = '', origin = {} } = parts;
      return {
        answer: undefined,
        event: due ? { type: 'explained', at: now(), cause: error, origin } : undefined,
      };
    },
  });
}
