import type { ImageBlock } from '@slack/types';
import { clip } from './mrkdwn.ts';

/** A chart that Slack has. */
export interface Picture {
  readonly fileId: string;
  /** Says what is to be seen. Cut at 2,000 characters. */
  readonly alt: string;
}

/** The picture of an uploaded file, for a message of the same app; src/slack/upload.ts tells who sees it. */
export function pictureBlock({ fileId, alt }: Picture): ImageBlock {
  return { type: 'image', slack_file: { id: fileId }, alt_text: alt === '' ? 'Chart' : clip(alt, 2_000) };
}

/** What was measured in a while: in words, and drawn where Slack has it. */
export interface ChartView {
  readonly words: string;
  readonly fileId?: string | undefined;
}

/** One line a chart; words are not escaped yet. */
export function chartBlocks(charts: readonly ChartView[]): readonly ImageBlock[] {
  return charts.flatMap(({ words, fileId }) =>
    fileId === undefined ? [] : [pictureBlock({ fileId, alt: words })],
  );
}
