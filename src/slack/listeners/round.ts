import type { EventOf } from '../../domain/events.ts';
import { type Operation, operationLabel } from '../../domain/operation.ts';
import { refusal } from '../../domain/reasons.ts';
import { decideRound, type RoundHand, roundTitles } from '../../domain/rounds/ask.ts';
import { noRounds } from '../../domain/rounds/state.ts';
import { gateRefused } from '../messages/gate.ts';
import { noted, type PrivateAnswer, refused } from '../messages/private.ts';
import { answer } from './answer.ts';
import { knownTargets, pass } from './begin.ts';
import { askRole } from './gate.ts';
import type { Intake } from './intake.ts';
import { askLedger } from './ledger.ts';
import type { Asker } from './open.ts';

/** Two people may click at once: the slower one reads again what the faster one wrote. */
const tries = 5;

export interface RoundWish {
  readonly way: RoundHand;
  readonly operation: string;
  /** The last round that the person saw. */
  readonly after: number;
  /** What is deployed; absent: as the last round. */
  readonly ref?: string;
}

/** Asks for the next round, or for the end of all; whoever may not is told in private, with every gate that is closed. */
export async function askForRound(wish: RoundWish, asker: Asker, intake: Intake): Promise<void> {
  const read = await askLedger(
    { work: intake.ledger.operation(wish.operation), otherwise: 'The rounds could not be read.' },
    asker,
    intake,
  );
  if (read === undefined) return;
  const operation = read.value;
  const decided = decideRound(operation, clickOf(wish, asker, intake));
  if (decided.kind === 'refuse') return answer(asker.to, refused(decided.refusal));
  if (operation === undefined || !(await mayAsk(wish, operation, { asker, intake }))) return;
  const written = await askLedger(
    { work: write(wish, asker, intake), otherwise: 'Your click could not be written down.' },
    asker,
    intake,
  );
  if (written?.value !== undefined) await answer(asker.to, written.value);
}

function clickOf(
  { way, after, ref }: RoundWish,
  { person: { by, byName } }: Asker,
  { now }: Intake,
): Omit<EventOf<'round-asked'>, 'type'> {
  return { at: now(), after, way, by, byName, ...(ref === undefined ? {} : { ref }) };
}

interface Asking {
  readonly asker: Asker;
  readonly intake: Intake;
}

/** A deploy is asked of all gates, so that no round is spent on a lock; what comes after it meets the round itself. */
async function mayAsk(
  { way, ref }: RoundWish,
  { request, rounds = noRounds }: Operation,
  { asker, intake }: Asking,
): Promise<boolean> {
  const targets = await knownTargets(request, asker, intake);
  if (targets === undefined) return false;
  if (way === 'deploy' || way === 'retry') {
    const asked = {
      action: 'deploy' as const,
      targets,
      ref: ref ?? rounds.list.at(-1)?.ref ?? request.ref,
      bypass: false,
    };
    return (await pass({ asked, asker }, intake)) !== undefined;
  }
  const roles = targets[0].gates?.roles ?? {};
  const deed = `${roundTitles[way].toLowerCase()} in ${request.environment}`;
  const blocks = await askRole({ by: asker.person.by, roles, role: 'deploy', deed }, intake);
  if (blocks.length > 0) await answer(asker.to, gateRefused(blocks));
  return blocks.length === 0;
}

/** @returns what to tell the person, if anything: the thread shows the rest. */
async function write(wish: RoundWish, asker: Asker, intake: Intake): Promise<PrivateAnswer | undefined> {
  const { ledger, producer } = intake;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const operation = await ledger.operation(wish.operation);
    const decided = decideRound(operation, clickOf(wish, asker, intake));
    if (decided.kind === 'known' || operation === undefined) return undefined;
    if (decided.kind === 'refuse') return refused(decided.refusal);
    if (await ledger.appendIf(operation, decided.event)) {
      await producer.wake(wish.operation);
      return notedText(wish, operation);
    }
  }
  return refused(refusal('LEDGER_UNAVAILABLE', 'Too many people clicked at once.'));
}

function notedText({ way }: RoundWish, { id, rounds }: Operation): PrivateAnswer {
  const runs = rounds?.list.at(-1)?.summary === undefined;
  const end = way === 'stop' && runs ? ' The round under way goes to its end; Cancel ends it at once.' : '';
  return noted(`*${roundTitles[way]}* is noted for ${operationLabel(id)}.${end}`);
}
