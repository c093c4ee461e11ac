import type { RichTextBlock, RichTextDate, RichTextLink, RichTextText } from '@slack/types';
import { age, brief, clean, clip, link } from './mrkdwn.ts';

/** A time that Slack shows in the reader's own way, so that it stays right on a page that is not drawn again. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `ago`: `3 minutes ago`; `until`: a day and a time. */
  readonly as: 'ago' | 'until';
}

/** Words that lead somewhere. */
export interface Linked {
  readonly url: string;
  readonly text: string;
}

type Part = string | Moment | Linked;

/** A few words, not escaped, with times and links in between. */
export type Phrase = readonly Part[];

const formats = { ago: '{ago}', until: '{date_short_pretty} {time}' } as const;

/** As mrkdwn, for where a time is told once and for all. */
export function phraseText(phrase: Phrase, now: number): string {
  return phrase
    .map((part) => {
      if (typeof part === 'string') return brief(part);
      return 'url' in part ? link(part.url, brief(part.text)) : momentText(part, now);
    })
    .join('');
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

function element(part: Part, most: number): RichTextText | RichTextDate | RichTextLink {
  if (typeof part === 'string')
    return { type: 'text', text: clip(clean(part).replaceAll('\n', ' '), most) || '–' };
  if ('url' in part) return { type: 'link', url: part.url, text: clip(clean(part.text), most) || '–' };
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
