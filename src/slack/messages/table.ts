import type { TableBlock } from '@slack/types';
import { clip } from './mrkdwn.ts';

/** Slack refuses empty cells and tables of more than 10,000 characters. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): TableBlock {
  const cell = (text: string) => ({ type: 'raw_text' as const, text: text === '' ? '–' : clip(text, 80) });
  return { type: 'table', rows: [head, ...rows.slice(0, 20)].map((row) => row.map(cell)) };
}
