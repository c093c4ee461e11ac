import type { Draft } from '../../src/slack/messages/draft.ts';
import { threadOf } from '../../src/slack/messages/thread.ts';
import { stories } from './stories.ts';

const byName = stories();
type Story = keyof typeof byName;

/** A message of the thread of a story. @throws Error when there is none */
export const draftOf = (story: Story, key: string): Draft => {
  const found = threadOf(byName[story]!).find((draft) => draft.key === key);
  if (found === undefined) throw new Error(`${story} has no ${key}`);
  return found;
};
/** Without bold type: what is bold is a matter of looks. */
export const plain = (text: string) => text.replaceAll('*', '');
export const textOf = (story: Story, key: string) => plain(draftOf(story, key).text);
export const keysOf = (story: Story) => threadOf(byName[story]!).map(({ key }) => key);
