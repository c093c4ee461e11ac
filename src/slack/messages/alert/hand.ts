import type { Alert } from '../../../domain/alert/alert.ts';
import { symptomTitles } from '../../../domain/monitor/round.ts';
import { brief, code, dateText } from '../mrkdwn.ts';
import { noted, type PrivateAnswer } from '../private.ts';

/** What a person is told who has taken an alert: the thread shows it to all. */
export function handNoted(
  { symptom, service, environment }: Alert,
  { hand, until }: { readonly hand: 'ack' | 'snooze'; readonly until: number | undefined },
): PrivateAnswer {
  const what = `${symptomTitles[symptom]} of ${brief(service, 80)} in ${brief(environment, 80)}`;
  return noted(
    hand === 'ack'
      ? `*Acknowledged*: ${what}. It is not escalated, and its thread says so.`
      : `*Snoozed* until ${dateText(until ?? 0)}: ${what}. If it is still bad then, it wakes its team again.`,
  );
}

export function alertMentionHelp(words: readonly string[]): PrivateAnswer {
  const listed = words.map((word) => code(`@slipway ${word}`)).join(', ');
  return noted(`In the thread of an alert: ${listed}. They do what the buttons at its top do.`);
}
