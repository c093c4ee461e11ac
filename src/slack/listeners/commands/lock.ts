import type { WebClient } from '@slack/web-api';
import { type Lock, lockOf } from '../../../domain/lock.ts';
import { refusal } from '../../../domain/reasons.ts';
import type { LockRequest } from '../../../domain/request/lock.ts';
import { gateRefused } from '../../messages/gate.ts';
import { lockNotice } from '../../messages/lock.ts';
import { noted, refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { askRole } from '../gate.ts';
import { type Intake, withinPatience } from '../intake.ts';
import { environmentOf, unlockEnvironment } from '../lock.ts';
import type { Asker } from '../open.ts';

/** `/deploy lock <environment> "<reason>" [2h]` */
export async function lock(request: LockRequest, { person, to }: Asker, intake: Intake): Promise<void> {
  const { environment, reason, lastsMs } = request;
  const { roles, channel } = environmentOf(environment, intake);
  const deed = `lock ${environment}`;
  const blocks = await askRole({ by: person.by, roles, role: 'lock', deed }, intake);
  if (blocks.length > 0) return answer(to, gateRefused(blocks));
  const { by, byName, deliveryId } = person;
  const wish = { environment, reason, lastsMs, by, byName, deliveryId, at: intake.now() };
  const written = await withinPatience(intake.locks.lock(wish));
  if (written.kind === 'unavailable') {
    intake.log.error({ err: written.cause }, 'the ledger did not take a lock');
    return answer(to, refused(refusal('LEDGER_UNAVAILABLE', 'The lock could not be written down.')));
  }
  const decided = written.value;
  if (decided === 'known') return;
  if (decided.kind === 'refuse') return answer(to, refused(decided.refusal));
  const held = lockOf([decided.event], wish.at);
  if (held === undefined) return;
  const told = await tell({ environment, channel, held }, to.client, intake);
  const heard = told ? `<#${channel}> is told` : `<#${channel}> could not be told`;
  return answer(to, noted(`*${environment} is locked*; ${heard}.`));
}

interface Telling {
  readonly environment: string;
  readonly channel: string;
  readonly held: Lock;
}

/** The lock holds whether or not Slack takes the message. */
async function tell(
  { environment, channel, held }: Telling,
  client: WebClient,
  intake: Intake,
): Promise<boolean> {
  try {
    const { ts } = await client.chat.postMessage({ channel, ...lockNotice(environment, held) });
    if (ts !== undefined) await intake.locks.told(environment, { channel, ts });
    return true;
  } catch (error) {
    intake.log.warn({ err: error }, 'a channel could not be told of a lock');
    return false;
  }
}

/** `/deploy unlock <environment>` */
export async function unlock(
  { environment }: { readonly environment: string },
  asker: Asker,
  intake: Intake,
): Promise<void> {
  return unlockEnvironment({ environment }, asker, intake);
}
