import type { RevisionChoice } from '../../src/domain/results.ts';
import { closedGates } from '../gates.ts';
import { failed, finished, resultOf, type Step, type StepContext } from '../step.ts';

/** As many as people look through in a message. */
const mostChoices = 10;

/**
 * Finds the revision to go back to, and makes sure that it still exists and is ready: Cloud Run removes old ones.
 * Twice is safe: it only reads.
 */
export const choose: Step<'choose'> = async (context) => {
  const { operation } = context;
  const { split } = resultOf(operation, 'preflight');
  const serving = new Set(split.map(({ revision }) => revision));
  const choices = (await choicesOf(context)).filter(({ revision }) => !serving.has(revision));
  const asked = operation.request.revision;
  const bad = new Set(
    (await context.records.quarantine.of(context.target.service)).map(({ digest }) => digest),
  );
  const chosen =
    asked === undefined
      ? lastGood(choices.filter((choice) => !bad.has(digestOf(choice) ?? '')))
      : choices.find((choice) => isMeant(choice, asked));
  const shown = choices.slice(0, mostChoices);
  if (chosen?.ready === true) {
    const closed = await closedGates(context, { [context.target.service]: { digest: digestOf(chosen) } });
    if (closed !== undefined) return closed;
    return finished({ revision: chosen.revision, split, choices: [...new Set([chosen, ...shown])] });
  }
  const summary =
    asked === undefined
      ? 'There is no earlier revision that is ready.'
      : chosen === undefined
        ? `${context.target.run} has no revision ${asked} beside those that serve now.`
        : `Revision ${chosen.revision} is not ready.`;
  const list = shown.map(({ revision, ready }) => `${revision}${ready ? '' : ' (not ready)'}`);
  return failed('REVISION_GONE', {
    summary,
    evidence: [list.length === 0 ? 'There are no other revisions' : `There are: ${list.join(', ')}`],
  });
};

/** Revisions of Cloud Run, newest first, with what the ledger knows of them. */
async function choicesOf({
  cloud,
  target,
  records,
  signal,
}: StepContext): Promise<readonly RevisionChoice[]> {
  const [revisions, known] = await Promise.all([
    cloud.run.revisions(target, signal),
    records.served.list(target),
  ]);
  return revisions.map((revision) => {
    const good = known.find((entry) => entry.revision === revision.revision);
    return good === undefined ? revision : { ...revision, operation: good.operation, byName: good.byName };
  });
}

const digestOf = ({ image }: RevisionChoice): string | undefined => image.split('@')[1];

/** Of those that nobody took back from users, the last that served everything well; where the ledger knows none, the newest that is ready. */
function lastGood(choices: readonly RevisionChoice[]): RevisionChoice | undefined {
  const ready = choices.filter((choice) => choice.ready);
  return ready.find(({ operation }) => operation !== undefined) ?? ready[0];
}

/** `backend-00136-xyz`, or what tells it apart: `00136`, `136`, `r42`. */
function isMeant({ revision }: RevisionChoice, asked: string): boolean {
  if (revision === asked) return true;
  return revision.split('-').some((part) => part === asked || part.replace(/^0+/, '') === asked);
}
