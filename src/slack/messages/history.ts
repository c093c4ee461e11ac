import type { HistoryRow } from '../../domain/history.ts';
import { operationLabel } from '../../domain/operation.ts';
import type { TargetName } from '../../domain/request/catalog.ts';
import { fieldsText } from './changes.ts';
import { section } from './draft.ts';
import { age, brief, clip, code } from './mrkdwn.ts';
import type { PrivateAnswer } from './private.ts';
import { table } from './table.ts';

/** What became of a target, newest first; `now` is milliseconds since 1970. */
export function historyAnswer(
  { service, environment }: TargetName,
  rows: readonly HistoryRow[],
  now: number,
): PrivateAnswer {
  const title = `*History of ${service} in ${environment}*`;
  if (rows.length === 0) {
    const text = `${title}: Cloud Run has no revision yet.`;
    return { text, blocks: [section(text)] };
  }
  const cells = rows.map((row) => cellsOf(row, now));
  const head = ['Number', 'Revision', 'Age', 'By', 'Changed', 'Status'];
  const lines = cells.map(([number = '', revision = '', ...rest]) =>
    [brief(number), code(revision), ...rest.map((cell) => brief(cell, 120))].join(' · '),
  );
  const headline = `${title}, newest first`;
  // The table says the same to eyes; text carries it alone.
  return {
    text: clip([headline, ...lines].join('\n'), 4_000),
    blocks: [section(headline), table(head, cells)],
  };
}

function cellsOf(row: HistoryRow, now: number): readonly string[] {
  const { operation, revision, createdAt, by, changes, status } = row;
  return [
    operation === undefined ? 'by hand' : operationLabel(operation),
    revision,
    age(now - createdAt),
    by === '' ? 'unknown' : by,
    changes === undefined ? '–' : clip(fieldsText(changes), 80) || 'nothing',
    status,
  ];
}
