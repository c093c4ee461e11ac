import type { WebClient } from '@slack/web-api';
import type { Roles } from '../../domain/policy.ts';
import { redrawLockNotices } from '../lock-notices.ts';
import { gateRefused } from '../messages/gate.ts';
import { unlockedNotice } from '../messages/lock.ts';
import { noted, refused } from '../messages/private.ts';
import { answer } from './answer.ts';
import { askRole } from './gate.ts';
import { type Intake, withinPatience } from './intake.ts';
import { askLedger } from './ledger.ts';
import type { Asker } from './open.ts';
import { tell } from './tell.ts';

/** What is the same for all targets of an environment. */
export function environmentOf(
  environment: string,
  { catalog, targetOf }: Intake,
): { readonly roles: Roles; readonly channel: string } {
  const [service = ''] = catalog.environments[environment]?.services ?? [];
  const target = targetOf({ service, environment });
  if (target === undefined) throw new Error(`${environment} is not configured`);
  return { roles: target.gates?.roles ?? {}, channel: target.channel };
}

export interface Unlock {
  readonly environment: string;
  /** The lock that a button was drawn for. Absent: whichever holds. */
  readonly lockedAt?: number | undefined;
}

/** Ends a lock for somebody with the role, or for who set it, and tells the channel. */
export async function unlockEnvironment(
  { environment, lockedAt }: Unlock,
  { person, to }: Asker,
  intake: Intake,
): Promise<void> {
  const { by, byName, deliveryId } = person;
  const { roles, channel } = environmentOf(environment, intake);
  const now = intake.now();
  const held = await withinPatience(intake.locks.of(environment, now));
  const own = held.kind === 'kept' && (held.value === undefined || held.value.by === by);
  const blocks = own ? [] : await askRole({ by, roles, role: 'lock', deed: `unlock ${environment}` }, intake);
  if (blocks.length > 0) return answer(to, gateRefused(blocks));
  const wish = { environment, by, byName, deliveryId, lockedAt, at: now };
  const writing = { work: intake.locks.unlock(wish), otherwise: 'The unlock could not be written down.' };
  const written = await askLedger(writing, { to }, intake);
  if (written === undefined) return;
  const decided = written.value;
  if (decided === 'known') return;
  if (decided.kind === 'refuse') return answer(to, refused(decided.refusal));
  const telling = { channels: [channel], message: unlockedNotice(environment, byName), client: to.client };
  const { heard } = await tell(telling, intake);
  await answer(to, noted(`*${environment} is unlocked*; ${heard}.`));
  await showEnds(environment, to.client, intake);
  await redrawHomes(intake);
}

/** Locks stand on Home tabs; what is lost here is drawn within minutes all the same. */
export async function redrawHomes({ home, log }: Pick<Intake, 'home' | 'log'>): Promise<void> {
  const asked = await withinPatience(home.changed());
  if (asked.kind === 'unavailable') log.warn({ err: asked.cause }, 'Home tabs are drawn later');
}

/** At once where that can be; a notice that Slack does not take now is redrawn by the sweep of a worker. */
export async function showEnds(
  environment: string,
  client: WebClient,
  { locks, now, log }: Intake,
): Promise<void> {
  try {
    await redrawLockNotices(environment, { client, locks, now });
  } catch (error) {
    log.warn({ err: error, environment }, 'the notice of a lock is left to the sweep');
  }
}
