import type { Ephemeral, SandboxEvent, StoredMessage, StoredView } from './types.ts';

export type NewMessage = Omit<StoredMessage, 'ts' | 'editedTs'>;
export type NewEphemeral = Omit<Ephemeral, 'ts'>;

/** All that people can see, in memory, and the stream of its changes. */
export class Store {
  readonly #messages = new Map<string, StoredMessage>();
  readonly #ephemerals = new Map<string, Ephemeral>();
  readonly #homes = new Map<string, StoredView>();
  readonly #modals = new Map<string, StoredView>();
  readonly #listeners = new Set<(event: SandboxEvent) => void>();
  #lastTs = 0;

  /** Slack's `ts`: seconds with six decimals, unique and increasing even within one microsecond. */
  nextTs(): string {
    this.#lastTs = Math.max(this.#lastTs + 1, Date.now() * 1000);
    const digits = String(this.#lastTs);
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  }

  emit(event: SandboxEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  subscribe(listener: (event: SandboxEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  post(message: NewMessage): StoredMessage {
    const stored = { ...message, ts: this.nextTs() };
    this.#messages.set(`${stored.channel}/${stored.ts}`, stored);
    this.emit({ type: 'posted', message: stored });
    return stored;
  }

  /** Replaces a message that exists; its place and time stay. */
  replace(message: StoredMessage): StoredMessage {
    const stored = { ...message, editedTs: this.nextTs() };
    this.#messages.set(`${stored.channel}/${stored.ts}`, stored);
    this.emit({ type: 'updated', message: stored });
    return stored;
  }

  remove(channel: string, ts: string): void {
    if (this.#messages.delete(`${channel}/${ts}`)) this.emit({ type: 'deleted', channel, ts });
  }

  find(channel: string, ts: string): StoredMessage | undefined {
    return this.#messages.get(`${channel}/${ts}`);
  }

  /** Oldest first. */
  inChannel(channel: string): StoredMessage[] {
    return [...this.#messages.values()].filter((message) => message.channel === channel);
  }

  /** The root and its replies, oldest first. */
  inThread(channel: string, rootTs: string): StoredMessage[] {
    return this.inChannel(channel).filter(({ ts, threadTs }) => ts === rootTs || threadTs === rootTs);
  }

  whisper(ephemeral: NewEphemeral): Ephemeral {
    const stored = { ...ephemeral, ts: this.nextTs() };
    this.#ephemerals.set(stored.ts, stored);
    this.emit({ type: 'ephemeral', ephemeral: stored });
    return stored;
  }

  replaceEphemeral(ephemeral: Ephemeral): void {
    this.#ephemerals.set(ephemeral.ts, ephemeral);
    this.emit({ type: 'ephemeral_updated', ephemeral });
  }

  removeEphemeral(ts: string): void {
    const gone = this.#ephemerals.get(ts);
    if (gone && this.#ephemerals.delete(ts)) this.emit({ type: 'ephemeral_deleted', user: gone.user, ts });
  }

  ephemeral(ts: string): Ephemeral | undefined {
    return this.#ephemerals.get(ts);
  }

  ephemerals(): Ephemeral[] {
    return [...this.#ephemerals.values()];
  }

  setHome(view: StoredView): void {
    this.#homes.set(view.user, view);
    this.emit({ type: 'home', view });
  }

  home(user: string): StoredView | undefined {
    return this.#homes.get(user);
  }

  setModal(view: StoredView): void {
    this.#modals.set(view.id, view);
    this.emit({ type: 'modal', view });
  }

  closeModal(id: string): void {
    const gone = this.#modals.get(id);
    if (gone && this.#modals.delete(id)) this.emit({ type: 'modal_closed', user: gone.user, id });
  }

  modal(id: string): StoredView | undefined {
    return this.#modals.get(id);
  }

  modals(): StoredView[] {
    return [...this.#modals.values()];
  }
}
