import type { DataTableBlock, RichTextBlock } from '@slack/types';
import type { EnvironmentStatus } from '../../domain/status.ts';
import type { ServiceStatus } from '../../domain/status/standing.ts';
import { clip } from './mrkdwn.ts';
import { phraseCell } from './phrase.ts';
import { alertWords, healthWords, operationWords, servingWords } from './status-words.ts';

/** Characters of one piece of a cell. */
const cellLength = 120;
/** Slack pages a table by at most 100 rows; nobody reads as many. */
export const mostServices = 50;
/** Lines of one cell. */
const mostLines = 5;
/** Slack takes 20,000 characters of such tables in one payload. */
export const mostTables = 18_000;

const head = ['Service', 'Serving', 'Health', 'Last operation', 'Alerts'];

/** The services of an environment, one a row. Unlike `table`, Slack takes several of these, and on the Home tab too. */
export function statusTable({ environment, services, links }: EnvironmentStatus): DataTableBlock {
  const rows = services.slice(0, mostServices).map((service) => cells(service, links));
  return {
    type: 'data_table',
    caption: clip(`Services of ${environment}`, cellLength),
    rows: [head.map((text) => ({ type: 'raw_text' as const, text })), ...rows],
    page_size: mostServices,
  };
}

function cells(service: ServiceStatus, links: EnvironmentStatus['links']): RichTextBlock[] {
  return [
    [[service.service]],
    servingWords(service).slice(0, mostLines),
    healthWords(service.health),
    operationWords(service),
    alertWords(service, links).slice(0, mostLines),
  ].map((phrases) => phraseCell(phrases, cellLength));
}

/** Characters that Slack counts of a table, or a few more. */
export function tableLength(environment: EnvironmentStatus): number {
  let length = 0;
  JSON.stringify(statusTable(environment), (key, value: unknown) => {
    if (typeof value === 'string' && ['text', 'caption', 'fallback', 'url'].includes(key))
      length += value.length;
    return value;
  });
  return length;
}
