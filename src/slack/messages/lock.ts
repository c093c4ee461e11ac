import type { Lock, LockEnd } from '../../domain/lock.ts';
import { section } from './draft.ts';
import { unlockButton } from './gate-buttons.ts';
import { brief, dateText } from './mrkdwn.ts';
import { noted, type PrivateAnswer } from './private.ts';

/** What the channel of an environment is told of a lock, while it holds. */
export function lockNotice(environment: string, lock: Lock): PrivateAnswer {
  const text = `${lockText(environment, lock)}\nNothing is deployed to ${environment} until then; rollbacks pass.`;
  const elements = [unlockButton({ environment, lockedAt: lock.at })];
  return { text, blocks: [section(text), { type: 'actions', block_id: 'lock', elements }] };
}

/** The channel is told that somebody has ended the lock. */
export function unlockedNotice(environment: string, byName: string): PrivateAnswer {
  return noted(`*${environment} is unlocked* by ${brief(byName)}.`);
}

/** What the notice of a lock says when that is over, without its button. */
export function overNotice(environment: string, lock: Lock, end: LockEnd): PrivateAnswer {
  const was = `It was locked by ${brief(lock.byName)}: “${brief(lock.reason)}”.`;
  switch (end.kind) {
    case 'unlocked':
      return noted(`*${environment} is unlocked* by ${brief(end.byName)}. ${was}`);
    case 'expired':
      return noted(`*The lock of ${environment} has run out*, ${dateText(lock.until)}. ${was}`);
    case 'replaced':
      return noted(`*${brief(end.byName)} has set another lock of ${environment} since.* ${was}`);
  }
}

/** `*staging is locked* by reviewer until …: “load test”` */
function lockText(environment: string, { byName, reason, until }: Lock): string {
  return `*${environment} is locked* by ${brief(byName)} until ${dateText(until)}: “${brief(reason)}”`;
}
