import type { Operation } from '../../../domain/operation.ts';
import type { RevisionChoice } from '../../../domain/results.ts';
import { type Draft, draft } from '../draft.ts';
import { brief, code, duration, shortDigest } from '../mrkdwn.ts';
import { table } from '../table.ts';

/** Where the rollback leads, and where else it could. */
export function chooseReply(operation: Operation): Draft | undefined {
  const result = operation.results.choose;
  if (result === undefined) return undefined;
  const { revision, choices } = result;
  const chosen = choices.find((choice) => choice.revision === revision);
  const rows = choices.map((choice) => [
    choice.revision,
    choice.byName ?? '–',
    duration(operation.requestedAt - choice.createdAt),
    digestOf(choice),
    stateOf(choice, revision),
  ]);
  const whose = chosen?.byName === undefined ? '' : `, deployed by ${brief(chosen.byName)}`;
  return draft({
    key: 'choose',
    lines: [`*Back to* ${code(revision)}${whose}, out of ${choices.length}`],
    more: [table(['Revision', 'Deployed by', 'Age', 'Image', 'State'], rows)],
  });
}

function digestOf({ image }: RevisionChoice): string {
  const digest = image.split('@')[1];
  return digest === undefined ? image : shortDigest(digest);
}

function stateOf(choice: RevisionChoice, chosen: string): string {
  if (choice.revision === chosen) return 'chosen';
  if (!choice.ready) return 'not ready';
  return choice.operation === undefined ? 'ready' : 'served everything well';
}
