import type { EnvironmentStatus } from '../../domain/status.ts';
import { longestText, section } from './draft.ts';
import { brief, clip } from './mrkdwn.ts';
import { type Phrase, phraseText } from './phrase.ts';
import type { PrivateAnswer } from './private.ts';
import { environmentBlocks, foldedLine, summaryText } from './status-blocks.ts';
import { foldStatus, pressingFirst } from './status-fold.ts';
import { adviceText, headline, holdLines, sightLines } from './status-lines.ts';
import { mostTables, tableLength } from './status-table.ts';
import { alertWords, healthWords, operationWords, servingWords } from './status-words.ts';

/** Slack takes 50 blocks a message; an environment has three. */
const mostEnvironments = 15;

/** How environments stand, with a table each; `now` is milliseconds since 1970. */
export function statusAnswer(status: readonly EnvironmentStatus[], now: number): PrivateAnswer {
  const { full, folded } = foldStatus(status, {
    most: mostEnvironments,
    budget: mostTables,
    cost: tableLength,
  });
  const summary = `*Status* · ${summaryText(status)}`;
  const rest = folded.length === 0 ? [] : [foldedLine(folded)];
  const lines = [
    ...pressingFirst(full).flatMap((environment) => environmentLines(environment, now)),
    ...rest,
  ];
  // The tables say the same to eyes; text carries it alone, and its end may be cut.
  return {
    text: clip([summary, ...lines].join('\n'), longestText),
    blocks: [section(summary), ...full.flatMap(environmentBlocks), ...rest.map(section)],
  };
}

function environmentLines(status: EnvironmentStatus, now: number): readonly string[] {
  const words = (phrases: readonly Phrase[]) => phrases.map((phrase) => phraseText(phrase, now)).join(', ');
  return [
    headline(status),
    ...holdLines(status),
    ...sightLines(status),
    ...status.services.map((service) =>
      [
        brief(service.service),
        words(servingWords(service)),
        words(healthWords(service.health)),
        words(operationWords(service)),
        `alerts: ${words(alertWords(service, status.links))}`,
      ].join(' · '),
    ),
    `*Next* ${adviceText(status)}`,
  ];
}
