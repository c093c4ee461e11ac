import { createHash } from 'node:crypto';
import type { HomeView, KnownBlock } from '@slack/types';
import type { EnvironmentStatus } from '../../domain/status.ts';
import { section } from './draft.ts';
import { homeAlertBlocks } from './home-alerts.ts';
import { code } from './mrkdwn.ts';
import { environmentBlocks, foldedLine, summaryText } from './status-blocks.ts';
import { foldStatus } from './status-fold.ts';
import { mostTables, tableLength } from './status-table.ts';

/** Slack takes 100 blocks; an environment has up to four of them, with its divider, and open alerts some eleven. */
const mostEnvironments = 20;

export interface Home {
  readonly view: HomeView;
  /** Names what the view shows: the same status gives the same. Times are shown by Slack, so they do not change it. */
  readonly hash: string;
}

/** The Home tab: how all environments stand. */
export function homeView(status: readonly EnvironmentStatus[]): Home {
  const { full, folded } = foldStatus(status, {
    most: mostEnvironments,
    budget: mostTables,
    cost: tableLength,
  });
  const blocks: KnownBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: 'Status' } },
    context(summaryText(status)),
    ...homeAlertBlocks(status),
    ...full.flatMap((environment): KnownBlock[] => [{ type: 'divider' }, ...environmentBlocks(environment)]),
    ...(folded.length === 0 ? [] : [{ type: 'divider' } as const, section(foldedLine(folded))]),
    { type: 'divider' },
    context(
      `${code('/deploy help')} tells what can be typed. This page follows operations and alerts by itself, some 30 s behind them.`,
    ),
  ];
  return viewOf(blocks);
}

/** What is shown while nothing can be read or written down. */
export function homeUnavailable(): HomeView {
  const text =
    '*How things stand is not known now*: the ledger of slipway does not answer. Open this page again in a minute.';
  return viewOf([{ type: 'header', text: { type: 'plain_text', text: 'Status' } }, section(text)]).view;
}

/** The hash rides in the view, so that Slack tells it when somebody opens the tab. */
function viewOf(blocks: readonly KnownBlock[]): Home {
  const hash = createHash('sha256').update(JSON.stringify(blocks)).digest('hex').slice(0, 16);
  return { view: { type: 'home', private_metadata: hash, blocks: [...blocks] }, hash };
}

function context(text: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text }] };
}
