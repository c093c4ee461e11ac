import { setTimeout as wait } from 'node:timers/promises';
import { type App, type ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import type { Logger } from 'pino';

/** Slack tells the person that it failed when it hears nothing for 3 s; the rest is for the way there and back. */
const ackWithinMs = 1_500;
/** How long a stopping bot lets people's last words be written down. */
const lastWordsMs = 3_000;

type ReceiverOptions = ConstructorParameters<typeof SocketModeReceiver>[0];

/**
 * Acks what people say and click when it was dealt with, and not before: an ack is a promise, and a bot may be killed
 * between a promise and the ledger. Whatever is down, the ack is sent within 1.5 s. A listener asks for its ack as usual.
 */
export class KeepingReceiver extends SocketModeReceiver {
  readonly #open = new Set<Promise<void>>();
  readonly #log: Logger;

  constructor(options: ReceiverOptions, log: Logger) {
    super(options);
    this.#log = log;
  }

  override init(app: App): void {
    const keeping: Pick<App, 'processEvent'> = { processEvent: (event) => this.#keep(app, event) };
    super.init(keeping as App);
  }

  /** Resolves when all that was heard was dealt with, at the latest after 3 s. */
  async quiet(): Promise<void> {
    const over = new AbortController();
    const late = wait(lastWordsMs, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#open), late]);
    over.abort();
  }

  async #keep(app: App, event: ReceiverEvent): Promise<void> {
    const kept = this.#process(app, event);
    const open = kept.catch(() => undefined);
    this.#open.add(open);
    try {
      await kept;
    } finally {
      this.#open.delete(open);
    }
  }

  async #process(app: App, event: ReceiverEvent): Promise<void> {
    let ack: (() => Promise<void>) | undefined;
    let late = false;
    const acknowledge = async () => {
      const send = ack;
      ack = undefined;
      // The connection may have gone meanwhile; what was said is written down all the same.
      await send?.().catch((error: unknown) => {
        this.#log.warn({ err: error }, 'an ack found no way to Slack');
      });
    };
    const timer = setTimeout(() => {
      late = true;
      void acknowledge();
    }, ackWithinMs);
    try {
      await app.processEvent({
        ...event,
        ack: async (response?: unknown) => {
          ack = () => event.ack(response);
          if (late) await acknowledge();
        },
      });
    } finally {
      clearTimeout(timer);
    }
    await acknowledge();
  }
}
