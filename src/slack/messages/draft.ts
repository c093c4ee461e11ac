import type { KnownBlock } from '@slack/types';
import { clip } from './mrkdwn.ts';

/** chat.update answers `msg_too_long` above this. */
export const longestText = 4_000;
/** Slack's limit for the text of a section. */
const longestSection = 3_000;

/** One message of a thread, as it should be now. */
export interface Draft {
  /** Names the message within its thread: `root`, the name of a step (`backend/build` of several services), or `report`. */
  readonly key: string;
  /** Carries the meaning alone: notifications, screen readers and old clients show nothing else. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  /** Whether a reply is shown in the channel as well. */
  readonly broadcast: boolean;
}

export interface DraftParts {
  readonly key: string;
  /** Lines of mrkdwn, already escaped; the first is the headline. */
  readonly lines: readonly string[];
  /** What stands below the lines in Slack; its meaning must be in the lines. */
  readonly more?: readonly KnownBlock[];
  readonly broadcast?: boolean;
}

export function draft({ key, lines, more = [], broadcast = false }: DraftParts): Draft {
  const text = lines.filter((line) => line !== '').join('\n');
  return { key, text: clip(text, longestText), blocks: [section(text), ...more], broadcast };
}

export function section(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: clip(text, longestSection) } };
}

/** The message of one of several services, which says so. */
export function draftOf(service: string, { key, text, blocks, broadcast }: Draft): Draft {
  const [, ...more] = blocks;
  return draft({ key: `${service}/${key}`, lines: [`*${service}* · ${text}`], more, broadcast });
}
