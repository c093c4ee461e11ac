import type { KnownBlock } from '@slack/types';
import type { Alert } from '../../domain/alert/alert.ts';
import { symptomTitles } from '../../domain/monitor/round.ts';
import type { EnvironmentStatus } from '../../domain/status.ts';
import { seenValue } from '../../domain/status/looked.ts';
import { homeAlertButtons } from './alert/buttons.ts';
import { measuredText } from './alert/measured.ts';
import { alertStatus } from './alert/root.ts';
import { section } from './draft.ts';
import { brief } from './mrkdwn.ts';
import { urlOf } from './status-words.ts';

/** Two blocks each, of the hundred that Slack takes. */
const mostAlerts = 5;

/** What is open, that which nobody has taken first, with the buttons that act. Dry runs wake nobody here either. */
export function homeAlertBlocks(status: readonly EnvironmentStatus[]): readonly KnownBlock[] {
  const open = status.flatMap(({ services, links }) =>
    services.flatMap(({ alerts }) =>
      (seenValue(alerts) ?? []).map((alert) => ({ alert, url: urlOf(alert.key, links) })),
    ),
  );
  const serious = open
    .filter(({ alert }) => !alert.dryRun)
    .toSorted((a, b) => rank(a.alert) - rank(b.alert) || a.alert.since - b.alert.since);
  const more = serious.length - mostAlerts;
  return [
    ...serious
      .slice(0, mostAlerts)
      .flatMap(({ alert, url }) => [section(text(alert)), homeAlertButtons(alert, url)]),
    ...(more > 0 ? [section(`${more} more open alerts stand below, each with its thread.`)] : []),
  ];
}

function rank({ phase }: Alert): number {
  return phase === 'firing' ? 0 : 1;
}

function text(alert: Alert): string {
  const { symptom, service, environment, measured } = alert;
  const place = `${brief(service, 80)} in ${brief(environment, 80)}`;
  return `*${symptomTitles[symptom]}* · ${place} · ${alertStatus(alert)}\n${measuredText(measured)}`;
}
