import type { Operation } from '../../../domain/operation.ts';
import { splitText } from '../../../domain/results.ts';
import { type Draft, draft } from '../draft.ts';
import { timingLines } from '../timing.ts';
import { brief, code, shortDigest } from '../mrkdwn.ts';

function quarantineLine({ request }: Operation, digest: string): string {
  const lift = `/deploy lift ${request.services[0] ?? ''} ${shortDigest(digest)} "…"`;
  return `The image ${code(shortDigest(digest))} is in quarantine: no deploy takes it until somebody says why it may, with ${code(lift)}.`;
}

type Restored = NonNullable<Operation['results']['restore']>;

/** Whoever moved users by hand must read what became of it. */
function foreignLine({ split, by, left }: NonNullable<Restored['foreign']>): string {
  const whose = by === undefined ? 'Somebody else' : `Somebody else (the last change is by ${brief(by)})`;
  const made = `${whose} had made it ${brief(splitText(split))}`;
  return left ? `${made}: no user is on the candidate, so it stays so.` : `${made}: that is overwritten.`;
}

/** What `gcloud run services update`, or the next deploy, takes as its beginning. */
function templateLine({ revision, problem }: NonNullable<Restored['template']>): string {
  const begins = `The next change of the service begins from ${code(revision)}`;
  return problem === undefined
    ? `${begins}.`
    : `${begins}: its configuration could not be put back. ${brief(problem, 300)}`;
}

export function restoreReply(operation: Operation): Draft | undefined {
  const result = operation.results.restore;
  if (result === undefined) return undefined;
  const { moved, foreign, template } = result;
  const left = foreign?.left === true ? '*Traffic left as somebody else has put it*' : '*Traffic untouched*';
  const headline = moved ? '*Traffic put back*' : left;
  return draft({
    key: 'restore',
    lines: [
      `${headline}: ${brief(splitText(result.split))}`,
      foreign === undefined ? '' : foreignLine(foreign),
      ...timingLines(operation),
      result.tagRemoved ? "The candidate's tag is removed." : '',
      template === undefined ? '' : templateLine(template),
      result.quarantined === undefined ? '' : quarantineLine(operation, result.quarantined),
    ],
  });
}
