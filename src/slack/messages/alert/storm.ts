import type { Alert } from '../../../domain/alert/alert.ts';
import { symptoms, symptomTitles } from '../../../domain/monitor/round.ts';
import { type Draft, draft } from '../draft.ts';
import { brief, clockText, duration } from '../mrkdwn.ts';

const mostNamed = 12;
const phases = ['firing', 'acknowledged', 'snoozed', 'resolved'] as const satisfies readonly Alert['phase'][];

/** Many alerts of one environment in one message; each has a thread of its own as well. */
export function stormRoot(environment: string, began: number, alerts: readonly Alert[]): Draft {
  const counts = phases.flatMap((phase) => {
    const count = alerts.filter((alert) => alert.phase === phase).length;
    return count === 0 ? [] : [`${count} ${phase}`];
  });
  const over = alerts.every(({ phase }) => phase === 'resolved');
  const end = Math.max(began, ...alerts.map(({ resolvedAt = 0 }) => resolvedAt));
  const state = over ? `all resolved after ${duration(end - began)}` : counts.join(', ');
  return draft({
    key: 'root',
    lines: [
      `*${alerts.length} alerts in ${brief(environment, 80)}* · ${state} · since ${clockText(began)}`,
      ...symptoms.flatMap((symptom) => symptomLine(alerts.filter((alert) => alert.symptom === symptom))),
      over
        ? 'Nothing is left to do here.'
        : '*Next* Look for what they have in common first. Each has a thread of its own; people are paged without waiting for those.',
    ],
  });
}

/** Open ones first, by name. */
function symptomLine(alerts: readonly Alert[]): readonly string[] {
  const [first] = alerts;
  if (first === undefined) return [];
  const open = alerts.filter(({ phase }) => phase !== 'resolved').map(({ service }) => brief(service, 60));
  const named = open.toSorted().slice(0, mostNamed).join(', ');
  const more = open.length > mostNamed ? ` and ${open.length - mostNamed} more` : '';
  const rest = open.length === 0 ? 'all resolved' : `${named}${more}`;
  return [`*${symptomTitles[first.symptom]}* ${open.length} of ${alerts.length} open: ${rest}`];
}
