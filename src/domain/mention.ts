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

/** Reads a message that names slipway. One word is a control; anything else asks for help. */
export function parseMention(text: string): Control | 'help' {
  const words = text
    .replace(/<[^>]*>/g, ' ')
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  const word = words.join(' ') === 'roll back' ? 'rollback' : words[0];
  if (word === undefined || (words.length > 1 && words.join(' ') !== 'roll back')) return 'help';
  return (Object.hasOwn(controls, word) ? controls[word] : undefined) ?? 'help';
}
