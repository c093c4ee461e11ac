import type { OperationSources } from '../../jobs/threads/operation.ts';
import type { StoredMessage } from '../../src/sandbox/slack/index.ts';

/** What Slack shows of one operation. */
export interface Thread {
  readonly roots: readonly StoredMessage[];
  readonly replies: readonly StoredMessage[];
  /** Names of the replies in the order in which they were posted. */
  readonly order: readonly string[];
  readonly state: string | undefined;
  text(message: string): string;
}

interface Stamp {
  readonly operation: string;
  readonly message: string;
  readonly state: string;
}

function stampOf(message: StoredMessage): Stamp | undefined {
  return message.metadata?.event_payload as Stamp | undefined;
}

/** Finds the messages of an operation by their stamps. */
export function threadIn(messages: readonly StoredMessage[], operation: string): Thread {
  const own = messages.filter((message) => stampOf(message)?.operation === operation);
  const roots = own.filter((message) => stampOf(message)?.message === 'root');
  const replies = own.filter((message) => stampOf(message)?.message !== 'root');
  const [root] = roots;
  return {
    roots,
    replies,
    order: replies.map((reply) => stampOf(reply)?.message ?? ''),
    state: root === undefined ? undefined : stampOf(root)?.state,
    text: (name) => own.find((message) => stampOf(message)?.message === name)?.text ?? '',
  };
}

/** Threads of operations of which nothing more is known than the ledger says. */
export const nothingAround: OperationSources = {
  cardOf: () => ({}),
  charts: () => Promise.resolve({}),
  issueOf: () => Promise.resolve(undefined),
  ended: () => Promise.resolve(),
};
