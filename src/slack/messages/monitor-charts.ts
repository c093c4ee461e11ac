import type { Button } from '@slack/types';
import { section } from './draft.ts';
import { brief, clip } from './mrkdwn.ts';
import { type ChartView, chartBlocks } from './picture.ts';
import type { PrivateAnswer } from './private.ts';

export const monitorChartsId = 'monitor_charts';

/** Draws the environment for all in the channel: Slack shows no file to one person alone. */
export function monitorChartsButton(environment: string): Button {
  return {
    type: 'button',
    action_id: monitorChartsId,
    text: { type: 'plain_text', text: 'Show charts here' },
    value: clip(environment, 100),
  };
}

export interface MonitorCharts {
  readonly environment: string;
  readonly byName: string;
  readonly charts: readonly (ChartView & { readonly service: string })[];
}

/** What was measured in the last hour, in words and drawn. */
export function monitorCharts({ environment, byName, charts }: MonitorCharts): PrivateAnswer {
  const text = [
    `*${brief(environment, 80)} as it is watched*, asked for by ${brief(byName, 80)}`,
    ...charts.map(({ service, words }) => `• ${brief(service, 80)}, ${brief(words)}`),
  ].join('\n');
  return { text, blocks: [section(text), ...chartBlocks(charts)] };
}
