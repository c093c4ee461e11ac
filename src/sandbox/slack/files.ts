import { randomUUID } from 'node:crypto';
import { SlackError } from './api/errors.ts';
import { monotonicMs } from './clock.ts';
import type { Workspace } from './types.ts';

/** Slack gives no number; long enough for any upload, short enough that nobody keeps an address. */
const lifetimeMs = 10 * 60_000;

/** What `image` blocks can show, by the first bytes of the file. */
const images = [
  { mimetype: 'image/png', filetype: 'png', pretty: 'PNG', begins: '89504e470d0a1a0a' },
  { mimetype: 'image/jpeg', filetype: 'jpg', pretty: 'JPEG', begins: 'ffd8ff' },
  { mimetype: 'image/gif', filetype: 'gif', pretty: 'GIF', begins: '47494638' },
] as const;

const notAnImage = { mimetype: 'application/octet-stream', filetype: 'binary', pretty: 'Binary' };

function typeOf(bytes: Buffer): { mimetype: string; filetype: string; pretty: string } {
  const head = bytes.subarray(0, 8).toString('hex');
  return images.find(({ begins }) => head.startsWith(begins)) ?? notAnImage;
}

interface Asked {
  readonly id: string;
  readonly filename: string;
  /** Bytes. */
  readonly length: number;
  readonly alt: string | undefined;
  readonly until: number;
  readonly created: number;
}

interface StoredFile extends Asked {
  readonly bytes: Buffer;
  readonly title?: string;
  /** When Slack has looked into it; undefined before `files.completeUploadExternal`. */
  readonly readyAt?: number;
  /** Where it was shared; undefined: nobody but its owner sees it. */
  readonly shared?: Shared | undefined;
}

interface Shared {
  readonly channel: string;
  readonly thread?: string | undefined;
}

export interface FilesOptions {
  readonly workspace: Workspace;
  /** `http://127.0.0.1:PORT/`, with the slash. */
  readonly base: () => string;
  /** From `files.completeUploadExternal` until the file can be shown; Infinity: never. */
  readonly scanMs: number;
}

/**
 * Files by Slack's external upload: an address, the bytes, the completion; then Slack looks into the file, and only
 * after that it knows what it is (github.com/slackapi/node-slack-sdk/issues/2040).
 */
export class Files {
  readonly #options: FilesOptions;
  readonly #asked = new Map<string, Asked>();
  readonly #files = new Map<string, StoredFile>();
  #count = 0;

  constructor(options: FilesOptions) {
    this.#options = options;
  }

  /** An address that takes the bytes once. */
  ask(wanted: Pick<Asked, 'filename' | 'length' | 'alt'>): { id: string; uploadUrl: string } {
    this.#count += 1;
    const id = `F0${this.#count.toString(36).toUpperCase().padStart(8, '0')}`;
    const ticket = randomUUID();
    const [until, created] = [monotonicMs() + lifetimeMs, Math.floor(Date.now() / 1000)];
    this.#asked.set(ticket, { id, ...wanted, until, created });
    return { id, uploadUrl: `${this.#options.base()}upload/v1/${ticket}` };
  }

  /** @returns the HTTP status: 200 when taken, 404 without a valid address, 400 when the length is not as said. */
  receive(ticket: string, bytes: Buffer): number {
    const asked = this.#asked.get(ticket);
    if (asked === undefined || asked.until < monotonicMs()) return 404;
    if (bytes.length !== asked.length) return 400;
    this.#asked.delete(ticket);
    this.#files.set(asked.id, { ...asked, bytes });
    return 200;
  }

  /** @throws SlackError `file_not_found` for a file that has no bytes yet, or was completed before. */
  complete(
    files: readonly { readonly id: string; readonly title?: string | undefined }[],
    shared?: Shared,
  ): unknown[] {
    const known = files.map(({ id, title }) => ({ file: this.#files.get(id), title }));
    if (known.some(({ file }) => file === undefined || file.readyAt !== undefined))
      throw new SlackError('file_not_found');
    return known.flatMap(({ file, title }) => {
      if (file === undefined) return [];
      const readyAt = monotonicMs() + this.#options.scanMs;
      const done = { ...file, title: title ?? file.filename, readyAt, shared };
      this.#files.set(file.id, done);
      return [this.#present(done)];
    });
  }

  /** @throws SlackError `file_not_found`. */
  info(id: string): Record<string, unknown> {
    const file = this.#files.get(id);
    if (file?.readyAt === undefined) throw new SlackError('file_not_found');
    return this.#present(file);
  }

  /** Whether an `image` can show it now: by its id, or by its `url_private` or permalink. */
  shows({ id, url }: { readonly id?: unknown; readonly url?: unknown }): boolean {
    const file = [...this.#files.values()].find(
      (each) => each.id === id || [this.#privateUrl(each), this.#permalink(each)].includes(String(url)),
    );
    return file !== undefined && this.#isReady(file) && typeOf(file.bytes) !== notAnImage;
  }

  /** What was shared in a thread, as it is seen there. */
  sharedIn(channel: string, thread: string): readonly { readonly name: string; readonly text: string }[] {
    return [...this.#files.values()]
      .filter(({ shared }) => shared?.channel === channel && shared.thread === thread)
      .map(({ filename, bytes }) => ({ name: filename, text: bytes.toString('utf8') }));
  }

  /** For the page. */
  content(id: string): { readonly type: string; readonly bytes: Buffer } | undefined {
    const file = this.#files.get(id);
    return file && { type: typeOf(file.bytes).mimetype, bytes: file.bytes };
  }

  #isReady({ readyAt }: StoredFile): boolean {
    return readyAt !== undefined && monotonicMs() >= readyAt;
  }

  #privateUrl({ id, filename }: Asked): string {
    const { workspace, base } = this.#options;
    return `${base()}files-pri/${workspace.team.id}-${id}/${encodeURIComponent(filename)}`;
  }

  #permalink({ id, filename }: Asked): string {
    const { workspace, base } = this.#options;
    return `${base()}files/${workspace.app.userId}/${id}/${encodeURIComponent(filename)}`;
  }

  #present(file: StoredFile): Record<string, unknown> {
    const { mimetype, filetype, pretty } = this.#isReady(file)
      ? typeOf(file.bytes)
      : { mimetype: '', filetype: '', pretty: '' };
    const { workspace } = this.#options;
    return {
      id: file.id,
      created: file.created,
      timestamp: file.created,
      name: file.filename,
      title: file.title ?? file.filename,
      mimetype,
      filetype,
      pretty_type: pretty,
      user: workspace.app.userId,
      user_team: workspace.team.id,
      editable: false,
      size: file.bytes.length,
      mode: 'hosted',
      is_external: false,
      is_public: false,
      public_url_shared: false,
      file_access: 'visible',
      url_private: this.#privateUrl(file),
      permalink: this.#permalink(file),
      ...(file.alt === undefined ? {} : { alt_txt: file.alt }),
      channels: [],
      groups: [],
      ims: [],
      shares: {},
    };
  }
}
