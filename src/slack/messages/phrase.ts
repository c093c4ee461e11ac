import type { RichTextBlock, RichTextDate, RichTextText } from '@slack/types';
import { age, brief, clean, clip } from './mrkdwn.ts';

/** A time that Slack shows in the reader's own way, so that it stays right on a page that is not drawn again. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `ago`: `3 minutes ago`; `until`: a day and a time. */
  readonly as: 'ago' | 'until';
}

/** A few words, not escaped, with times in between. */
export type Phrase = readonly (string | Moment)[];

const formats = { ago: '{ago}', until: '{date_short_pretty} {time}' } as const;

/** As mrkdwn, for where a time is told once and for all. */
export function phraseText(phrase: Phrase, now: number): string {
  return phrase.map((part) => (typeof part === 'string' ? brief(part) : momentText(part, now))).join('');
}

/** A line a phrase, for a cell of a table; Slack takes no empty one. */
export function phraseCell(phrases: readonly Phrase[], most: number): RichTextBlock {
  const lines = phrases.filter((phrase) => phrase.some((part) => part !== ''));
  const shown = lines.length === 0 ? [['–']] : lines;
  return {
    type: 'rich_text',
    elements: shown.map((phrase) => ({
      type: 'rich_text_section',
      elements: phrase.filter((part) => part !== '').map((part) => element(part, most)),
    })),
  };
}

function element(part: string | Moment, most: number): RichTextText | RichTextDate {
  if (typeof part === 'string')
    return { type: 'text', text: clip(clean(part).replaceAll('\n', ' '), most) || '–' };
  return {
    type: 'date',
    timestamp: Math.floor(part.at / 1_000),
    format: formats[part.as],
    fallback: utc(part.at),
  };
}

function momentText({ at, as }: Moment, now: number): string {
  return as === 'ago' ? `${age(now - at)} ago` : utc(at);
}

function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
