import type { HistoryPage, HistoryRow } from '../../domain/history.ts';
import { operationLabel } from '../../domain/operation.ts';
import type { TargetName } from '../../domain/request/catalog.ts';
import { fieldsText } from './changes.ts';
import { section } from './draft.ts';
import { age, brief, clip, code } from './mrkdwn.ts';
import type { PrivateAnswer } from './private.ts';
import { table } from './table.ts';

/** What became of a target, newest first, and how to see what is older; `now` is milliseconds since 1970. */
export function historyAnswer(
  { service, environment }: TargetName,
  { rows, olderThan }: HistoryPage,
  now: number,
): PrivateAnswer {
  const title = `*History of ${service} in ${environment}*`;
  if (rows.length === 0) {
    const text = `${title}: Cloud Run lists no revision here.`;
    return { text, blocks: [section(text)] };
  }
  const cells = rows.map((row) => cellsOf(row, now));
  const head = ['Number', 'Revision', 'Age', 'By', 'Changed', 'Status'];
  const lines = cells.map(([number = '', revision = '', ...rest]) =>
    [brief(number), code(revision), ...rest.map((cell) => brief(cell, 120))].join(' · '),
  );
  const headline = `${title}, newest first`;
  const older =
    olderThan === undefined
      ? []
      : [`Older: ${code(`/deploy history ${service} ${environment} before:${olderThan}`)}`];
  // The table says the same to eyes; text carries it alone.
  return {
    text: clip([headline, ...lines, ...older].join('\n'), 4_000),
    blocks: [section(headline), table(head, cells), ...older.map(section)],
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
