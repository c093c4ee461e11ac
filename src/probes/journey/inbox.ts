/** More messages than this that nobody has read yet are not kept: a service that floods must not fill the memory. */
const mostUnread = 2_000;

/** Passed-over messages that are remembered, the newest of them. */
const mostPassed = 200;

/** Longer messages are not parsed, and so match nothing. */
const longestParsed = 256 * 1024;

export interface Message {
  readonly parsed: unknown;
  /** Its type when that is a plain word, else its size: what it holds may be secret. */
  readonly label: string;
  /** `performance.now()` of its arrival. */
  readonly at: number;
}

interface Waiting {
  readonly isWanted: (message: Message) => boolean;
  readonly found: (message: Message) => void;
}

/** The messages of one connection, read once each and in order. */
export class Inbox {
  readonly #unread: Message[] = [];
  #passed: Message[] = [];
  #waiting: Waiting | undefined;
  /** Messages that came. */
  received = 0;
  /** Messages that were read and not wanted. */
  passedOver = 0;

  readonly receive = (text: string): void => {
    this.received += 1;
    const parsed = parse(text);
    const message = { parsed, label: labelOf(parsed, text.length), at: performance.now() };
    if (this.#unread.length < mostUnread) this.#unread.push(message);
    this.#read();
  };

  /** The first message from here on that is wanted; those before it are passed over. Never rejects. */
  next(isWanted: (message: Message) => boolean): Promise<Message> {
    return new Promise((found) => {
      this.#waiting = { isWanted, found };
      this.#read();
    });
  }

  /** Nobody waits any more. */
  leave(): void {
    this.#waiting = undefined;
  }

  /** Whether such a message was passed over: it came before something that should have been first. */
  hadPassed(isWanted: (message: Message) => boolean): boolean {
    return this.#passed.some(isWanted);
  }

  /** Labels of what was passed over since `at`, in order. */
  passedSince(at: number): readonly string[] {
    return this.#passed.filter((message) => message.at >= at).map(({ label }) => label);
  }

  /** Labels of what was passed over, each once, in the order they first came. */
  get passedLabels(): readonly string[] {
    return [...new Set(this.#passed.map(({ label }) => label))];
  }

  #read(): void {
    while (this.#waiting !== undefined) {
      const message = this.#unread.shift();
      if (message === undefined) return;
      const { isWanted, found } = this.#waiting;
      if (isWanted(message)) {
        this.#waiting = undefined;
        found(message);
      } else this.#pass(message);
    }
  }

  #pass(message: Message): void {
    this.passedOver += 1;
    this.#passed.push(message);
    if (this.#passed.length > mostPassed) this.#passed = this.#passed.slice(-mostPassed);
  }
}

function parse(text: string): unknown {
  if (text.length > longestParsed) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function labelOf(parsed: unknown, length: number): string {
  const { type, event } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as {
    readonly type?: unknown;
    readonly event?: unknown;
  };
  const word = [type, event].find((each) => typeof each === 'string' && /^[\w.:/-]{1,60}$/.test(each));
  return typeof word === 'string' ? word : `a message of ${length} characters`;
}
