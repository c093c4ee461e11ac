import type { AlertHand } from './alert/hand.ts';
import type { Control } from './controls.ts';

/** What people may say in a thread, in the order of the help. */
export const mentionWords = [
  'hold',
  'resume',
  'promote',
  'cancel',
  'adopt',
  'overrule',
  'keep',
  'rollback',
  'retry',
  'help',
] as const;

const controls: Readonly<Record<string, Control>> = {
  hold: 'held',
  resume: 'resumed',
  promote: 'promoted',
  cancel: 'cancelled',
  adopt: 'adopted',
  overrule: 'overruled',
  keep: 'kept',
  rollback: 'rollback',
  retry: 'retry',
};

/** What people may say in the thread of an alert, in the order of the help. */
export const alertMentionWords = ['ack', 'snooze 1h', 'rollback', 'checks', 'help'] as const;

const hands: Readonly<Record<string, AlertHand>> = {
  ack: 'ack',
  acknowledge: 'ack',
  snooze: 'snooze',
  rollback: 'rollback',
  checks: 'checks',
};

/** Reads a message that names slipway. One word is a control; anything else asks for help. */
export function parseMention(text: string): Control | 'help' {
  const [word = '', extra] = wordsOf(text);
  if (extra !== undefined) return 'help';
  return (Object.hasOwn(controls, word) ? controls[word] : undefined) ?? 'help';
}

export interface AlertMention {
  readonly hand: AlertHand;
  /** How long to snooze, as typed. */
  readonly time?: string;
}

/** The same in the thread of an alert, where `snooze` takes a time. */
export function parseAlertMention(text: string): AlertMention | 'help' {
  const [word = '', time, extra] = wordsOf(text);
  const hand = Object.hasOwn(hands, word) ? hands[word] : undefined;
  if (hand === undefined || extra !== undefined) return 'help';
  if (hand === 'snooze') return time === undefined ? 'help' : { hand, time };
  return time === undefined ? { hand } : 'help';
}

/** Without the mention itself; `roll back` is one word. */
function wordsOf(text: string): readonly string[] {
  const words = text
    .replace(/<[^>]*>/g, ' ')
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  return words.join(' ') === 'roll back' ? ['rollback'] : words;
}
