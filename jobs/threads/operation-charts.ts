import { alertKey } from '../../src/domain/alert/alert.ts';
import type { AlertStore } from '../../src/domain/alert/store.ts';
import { alertThreadId } from '../../src/domain/alert/thread.ts';
import { symptoms } from '../../src/domain/monitor/round.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { ThreadNotes } from '../../src/ledger/thread-notes.ts';
import { type ChartSources, makeChart, marksOf } from '../../src/slack/charts.ts';
import type { ChartView } from '../../src/slack/messages/picture.ts';
import { keptCharts } from './kept-charts.ts';

/** Of an operation with more services these show enough. */
const mostCharts = 3;

export interface OperationChartOptions extends ChartSources {
  readonly notes: Pick<ThreadNotes, 'read' | 'write'>;
  /** Asks for the thread to be drawn again. */
  readonly announce: (thread: string) => Promise<void>;
  readonly now: () => number;
}

/**
 * The last hour of what a deploy or a rollback changed, as it was at its end; only of what is watched. The report comes
 * first, and its charts with the next drawing.
 */
export function operationCharts(options: OperationChartOptions) {
  return async (operation: Operation): Promise<Readonly<Record<string, ChartView>>> => {
    const { notes, announce, series } = options;
    const { id, request, finishedAt, moves, parts } = operation;
    const moved = moves.length > 0 || parts?.some((part) => part.moves.length > 0) === true;
    if (finishedAt === undefined || request.kind === 'validate' || !moved) return {};
    const { environment, channel } = request;
    const from = finishedAt - 60_000;
    const read = await Promise.all(
      request.services.map(async (service) => {
        const target = { service, environment };
        return (await series.since(target, from)).some(({ at }) => at <= finishedAt) ? [target] : [];
      }),
    );
    const targets = read.flat().slice(0, mostCharts);
    if (targets.length === 0) return {};
    if ((await notes.read(id)).get('report')?.ts === undefined) {
      await announce(id);
      return {};
    }
    const make = targets.map((target) => ({
      name: `report/${target.service}`,
      make: () => {
        const marks = marksOf([operation], target.service);
        return makeChart({ target, span: '1h', at: finishedAt, marks }, options);
      },
    }));
    const charts = await keptCharts({ thread: id, channel, make }, options);
    return Object.fromEntries(
      targets.flatMap(({ service }, index) => {
        const chart = charts[index];
        return chart === undefined ? [] : [[service, chart]];
      }),
    );
  };
}

/**
 * Asks for the threads of the alerts that a rollback was for, once it has ended: they tell how. What a person began by
 * the button of an alert does not name it, so all alerts of its services are asked.
 */
export function tellAlerts({
  alerts,
  announce,
}: {
  readonly alerts: Pick<AlertStore, 'alert'>;
  readonly announce: (thread: string) => Promise<void>;
}) {
  return async ({ id, request, phase }: Operation): Promise<void> => {
    if (request.kind !== 'rollback' || phase !== 'finished') return;
    const { environment } = request;
    const keys = request.services.flatMap((service) =>
      symptoms.map((symptom) => alertKey({ environment, service, symptom })),
    );
    for (const key of keys)
      if ((await alerts.alert(key))?.rollback === id) await announce(alertThreadId(key));
  };
}
