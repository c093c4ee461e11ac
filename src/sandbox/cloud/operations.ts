import { randomUUID } from 'node:crypto';
import { asRpcError, RpcError } from './errors.ts';
import { milliseconds, page, type Duration, type Packed } from './wire.ts';

export interface OperationMessage {
  readonly name: string;
  readonly metadata: Packed;
  readonly done: boolean;
  readonly error?: { readonly code: number; readonly message: string };
  readonly response?: Packed;
}

export interface NewOperation {
  /** projects/P/locations/R */
  readonly parent: string;
  /** Full name of what is worked on: a service or a build. */
  readonly resource: string;
  /** Read anew at every look: it tells how far the work has come. */
  readonly metadata: () => Packed;
  /** The result; a rejection becomes the operation's error. */
  readonly work: Promise<Packed>;
  readonly cancel?: () => void;
}

interface Entry extends NewOperation {
  readonly name: string;
  readonly startedAt: number;
  endedAt: number | undefined;
  outcome: Pick<OperationMessage, 'error' | 'response'> | undefined;
}

/** How long something took, in milliseconds since 1970; `endedAt` is undefined while it is under way. */
export type OperationView = Pick<Entry, 'resource' | 'startedAt' | 'endedAt'>;

interface Routed {
  /** The x-goog-request-params header; the real service finds the region by it. */
  readonly routing: string;
}

/** google.longrunning.Operations for all services of the stand-in. */
export class Operations {
  readonly #entries = new Map<string, Entry>();

  /** Every operation ever started, oldest first. */
  views(): readonly OperationView[] {
    return [...this.#entries.values()].map(({ resource, startedAt, endedAt }) => ({
      resource,
      startedAt,
      endedAt,
    }));
  }

  start(operation: NewOperation): OperationMessage {
    const entry: Entry = {
      ...operation,
      name: `${operation.parent}/operations/${randomUUID()}`,
      startedAt: Date.now(),
      endedAt: undefined,
      outcome: undefined,
    };
    this.#entries.set(entry.name, entry);
    operation.work.then(
      (response) => {
        entry.endedAt = Date.now();
        entry.outcome = { response };
      },
      (cause: unknown) => {
        const { code, message } = asRpcError(cause);
        entry.endedAt = Date.now();
        entry.outcome = { error: { code, message } };
      },
    );
    return toMessage(entry);
  }

  /** An operation that was over before it began: validateOnly, or an update that changes nothing. */
  async finished(
    operation: Omit<NewOperation, 'work'> & { readonly response: Packed },
  ): Promise<OperationMessage> {
    const work = Promise.resolve(operation.response);
    const { name } = this.start({ ...operation, work });
    await work;
    return this.get({ name }, { routing: name });
  }

  get(request: { readonly name: string }, call: Routed): OperationMessage {
    return toMessage(this.#find(request.name, call));
  }

  async wait(
    request: { readonly name: string; readonly timeout: Duration | null },
    call: Routed,
  ): Promise<OperationMessage> {
    const entry = this.#find(request.name, call);
    const settled = entry.work.then(
      () => undefined,
      () => undefined,
    );
    if (request.timeout === null) await settled;
    else await Promise.race([settled, deadline(milliseconds(request.timeout))]);
    return toMessage(entry);
  }

  list(request: { readonly name: string; readonly pageSize: number; readonly pageToken: string }): {
    operations: OperationMessage[];
    nextPageToken: string;
  } {
    const all = [...this.#entries.values()].filter((entry) => entry.parent === request.name);
    const { items, nextPageToken } = page(all, request);
    return { operations: items.map(toMessage), nextPageToken };
  }

  cancel(request: { readonly name: string }, call: Routed): object {
    const { cancel } = this.#find(request.name, call);
    if (cancel === undefined) throw new RpcError('UNIMPLEMENTED', 'This operation cannot be cancelled.');
    cancel();
    return {};
  }

  // Without the header the global endpoint looks in no region, so the real services answer NOT_FOUND.
  #find(name: string, call: Routed): Entry {
    const entry = this.#entries.get(name);
    const location = name.split('/')[3];
    const routed = decodeURIComponent(call.routing).match(/(?:location=|locations\/)([\w-]+)/)?.[1];
    if (entry === undefined || routed !== location) {
      throw new RpcError('NOT_FOUND', `Requested entity was not found: ${name}`);
    }
    return entry;
  }
}

const deadline = (delay: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, delay).unref();
  });

const toMessage = (entry: Entry): OperationMessage => ({
  name: entry.name,
  metadata: entry.metadata(),
  done: entry.outcome !== undefined,
  ...entry.outcome,
});
