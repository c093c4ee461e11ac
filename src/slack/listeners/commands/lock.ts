import { lockOf } from '../../../domain/lock.ts';
import type { LockRequest } from '../../../domain/request/lock.ts';
import { gateRefused } from '../../messages/gate.ts';
import { lockNotice } from '../../messages/lock.ts';
import { noted, refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { askRole } from '../gate.ts';
import type { Intake } from '../intake.ts';
import { askLedger } from '../ledger.ts';
import { environmentOf, redrawHomes, showEnds, unlockEnvironment } from '../lock.ts';
import type { Asker } from '../open.ts';
import { tell } from '../tell.ts';

/** `/deploy lock <environment> "<reason>" [2h]` */
export async function lock(request: LockRequest, { person, to }: Asker, intake: Intake): Promise<void> {
  const { environment, reason, lastsMs } = request;
  const { roles, channel } = environmentOf(environment, intake);
  const deed = `lock ${environment}`;
  const blocks = await askRole({ by: person.by, roles, role: 'lock', deed }, intake);
  if (blocks.length > 0) return answer(to, gateRefused(blocks));
  const { by, byName, deliveryId } = person;
  const wish = { environment, reason, lastsMs, by, byName, deliveryId, at: intake.now() };
  const writing = { work: intake.locks.lock(wish), otherwise: 'The lock could not be written down.' };
  const written = await askLedger(writing, { to }, intake);
  if (written === undefined) return;
  const decided = written.value;
  if (decided === 'known') return;
  if (decided.kind === 'refuse') return answer(to, refused(decided.refusal));
  const held = lockOf([decided.event], wish.at);
  if (held === undefined) return;
  const telling = { channels: [channel], message: lockNotice(environment, held), client: to.client };
  const { heard, posts } = await tell(telling, intake);
  await answer(to, noted(`*${environment} is locked*; ${heard}.`));
  for (const post of posts) await intake.locks.told(environment, { ...post, lockedAt: held.at });
  await showEnds(environment, to.client, intake);
  await redrawHomes(intake);
}

/** `/deploy unlock <environment>` */
export async function unlock(
  { environment }: { readonly environment: string },
  asker: Asker,
  intake: Intake,
): Promise<void> {
  return unlockEnvironment({ environment }, asker, intake);
}
