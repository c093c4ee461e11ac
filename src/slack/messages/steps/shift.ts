import type { TableBlock } from '@slack/types';
import type { Operation } from '../../../domain/operation.ts';
import { type Split, splitText } from '../../../domain/results.ts';
import { type Draft, draft } from '../draft.ts';
import { brief } from '../mrkdwn.ts';
import { table } from '../table.ts';
import { took } from './took.ts';

export function shiftReply(operation: Operation): Draft | undefined {
  const result = operation.results.shift;
  if (result === undefined) return undefined;
  return draft({
    key: 'shift',
    lines: [`*Traffic moved* in ${took(operation, 'shift')}: ${brief(splitText(result.split))}`],
    more: [splitTable(operation.results.preflight?.split ?? [], result.split)],
  });
}

function splitTable(before: Split, after: Split): TableBlock {
  const percent = (split: Split, name: string) =>
    split.find(({ revision }) => revision === name)?.percent ?? 0;
  const names = [...new Set([...after, ...before].map(({ revision }) => revision))];
  const rows = names.map((name) => [name, `${percent(before, name)} %`, `${percent(after, name)} %`]);
  return table(['Revision', 'Before', 'After'], rows);
}
