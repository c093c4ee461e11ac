import { once } from 'node:events';
import type { Server } from 'node:http';
import { urlOf } from '../http.ts';
import { documentedLimits, noLimits, type RateLimits } from './api/limits.ts';
import type { ApiServer } from './api/server.ts';
import { CallFaults } from './faults.ts';
import type { CallFault } from './faults.ts';
import { Files } from './files.ts';
import { peopleIn } from './people/index.ts';
import type { People } from './people/index.ts';
import { ResponseUrls } from './response-urls.ts';
import { listen } from './serve.ts';
import { Connections } from './socket/connections.ts';
import { Envelopes } from './socket/envelopes.ts';
import { Store } from './store.ts';
import { Triggers } from './triggers.ts';
import type { CallRecord, Ephemeral, SandboxEvent, StoredMessage, StoredView, Workspace } from './types.ts';
import { defaultWorkspace } from './workspace.ts';

/** `documented` is what Slack's reference says; `times` is so many times as much. */
export type SlackLimits = 'documented' | 'off' | { readonly times: number };

export interface SlackSandboxOptions {
  /** 0, the default, takes a free port. Always on 127.0.0.1. */
  readonly port?: number;
  /** `documented`, the default, answers 429 as Slack's reference says. */
  readonly limits?: SlackLimits;
  /** Default 3,000 ms. */
  readonly ackTimeoutMs?: number;
  /** How long a socket lives before Slack recycles it; default one hour. */
  readonly refreshMs?: number;
  /** From the `warning` to the close of a recycled socket; default 10,000 ms. */
  readonly warningMs?: number;
  /** From the completion of an upload until the file can be shown; default 300 ms. Infinity: never. */
  readonly fileScanMs?: number;
  readonly workspace?: Workspace;
}

export interface SlackSandboxFaults {
  /** The next `times` (default 1) calls of the method are answered 429; `upload` is the address for bytes. */
  rateLimit(method: string, retryAfterSeconds: number, times?: number): void;
  /** `drop-after` carries the call out and then cuts the connection. */
  fail(method: string, how: CallFault, times?: number): void;
  /** Archives a channel, or takes it back: nothing can be posted to an archived one. */
  archive(channel: string, on: boolean): void;
  /** Every socket is told to go, as when Slack recycles its hosts. */
  refresh(): void;
  /** Cuts every socket without a goodbye. */
  dropSockets(): void;
  /** The last envelope again, with the same id; resolves when acked or timed out. */
  redeliver(): Promise<void>;
  /** While on: sockets are cut and refused, and every call answers 503 (`down` among `calls()`). The page stays. */
  down(on: boolean): void;
}

export interface SlackSandbox extends People {
  /** `http://127.0.0.1:PORT/api/`: the WebClient's `slackApiUrl`. */
  readonly apiUrl: string;
  readonly pageUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly workspace: Workspace;
  /** Oldest first. Without `threadTs` every message of the channel; with it the root and its replies. */
  messages(channel: string, threadTs?: string): readonly StoredMessage[];
  /** Files that were shared in a thread, oldest first. */
  filesIn(channel: string, threadTs: string): readonly { readonly name: string; readonly text: string }[];
  ephemerals(): readonly Ephemeral[];
  modals(): readonly StoredView[];
  home(user: string): StoredView | undefined;
  calls(): readonly CallRecord[];
  connections(): number;
  subscribe(listener: (event: SandboxEvent) => void): () => void;
  readonly faults: SlackSandboxFaults;
  stop(): Promise<void>;
}

const tokens = { bot: 'xoxb-sandbox-bot', app: 'xapp-sandbox-app' };

function socketSide(options: SlackSandboxOptions, store: Store, appId: string) {
  const envelopes: Envelopes = new Envelopes({
    ackTimeoutMs: options.ackTimeoutMs ?? 3000,
    pick: () => connections.pick(),
  });
  const connections: Connections = new Connections({
    appId,
    refreshMs: options.refreshMs ?? 3_600_000,
    warningMs: options.warningMs ?? 10_000,
    onText: (text) => {
      envelopes.receive(text);
    },
    onOpen: () => {
      envelopes.flush();
    },
    onGone: (link) => {
      envelopes.gone(link);
    },
    onChange: (count) => {
      store.emit({ type: 'connections', count });
    },
  });
  return { envelopes, connections };
}

function limitsOf(limits: SlackLimits = 'documented'): RateLimits {
  if (limits === 'off') return noLimits;
  return limits === 'documented' ? documentedLimits() : documentedLimits(limits);
}

/** Wires the parts; `address` is asked for once the port is known. */
function assemble(options: SlackSandboxOptions, address: () => string) {
  const workspace = options.workspace ?? defaultWorkspace;
  const store = new Store();
  const triggers = new Triggers();
  const { envelopes, connections } = socketSide(options, store, workspace.app.id);
  const files = new Files({ workspace, base: address, scanMs: options.fileScanMs ?? 300 });
  const responseUrls = new ResponseUrls({ store, workspace, files, base: address });
  const people = peopleIn({ workspace, store, envelopes, responseUrls, triggers });
  const api: ApiServer = {
    context: {
      workspace,
      store,
      files,
      archived: new Set(),
      pageUrl: address,
      newSocketUrl: () =>
        `${address().replace('http:', 'ws:')}link?ticket=${connections.newTicket()}&app_id=${workspace.app.id}`,
      useTrigger: (id) => triggers.use(id),
    },
    limits: limitsOf(options.limits),
    faults: new CallFaults(),
    tokens,
    journal: [],
  };
  return { workspace, store, files, envelopes, connections, responseUrls, people, api };
}

type Parts = ReturnType<typeof assemble>;

function faultsOf(
  { api, connections, envelopes }: Parts,
  setDown: (on: boolean) => void,
): SlackSandboxFaults {
  return {
    rateLimit: (method, retryAfterSeconds, times) => {
      api.faults.plan(method, { kind: 'rate-limit', retryAfterSeconds }, times);
    },
    fail: (method, how, times) => {
      api.faults.plan(method, { kind: how }, times);
    },
    archive: (channel, on) => {
      if (on) api.context.archived.add(channel);
      else api.context.archived.delete(channel);
    },
    refresh: () => {
      connections.refresh();
    },
    dropSockets: () => {
      connections.drop();
    },
    redeliver: async () => {
      await envelopes.redeliver();
    },
    down: (on) => {
      setDown(on);
      if (on) connections.drop();
    },
  };
}

async function stop({ envelopes, connections }: Parts, server: Server): Promise<void> {
  envelopes.stop();
  connections.stop();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Starts a Slack workspace on 127.0.0.1: Web API, Socket Mode, response URLs and a page for people. */
export async function startSlackSandbox(options: SlackSandboxOptions = {}): Promise<SlackSandbox> {
  let url = '';
  let down = false;
  const parts = assemble(options, () => url);
  const { store, files, connections, responseUrls, api, workspace, people } = parts;
  const page = { people, store, files, workspace, connectionCount: () => connections.count() };
  const served = { api, page, responseUrls, connections, isDown: () => down };
  const server = await listen(served, options.port ?? 0);
  url = `${urlOf(server)}/`;

  return {
    ...people,
    apiUrl: `${url}api/`,
    pageUrl: url,
    botToken: tokens.bot,
    appToken: tokens.app,
    workspace,
    messages: (channel, threadTs) =>
      threadTs === undefined ? store.inChannel(channel) : store.inThread(channel, threadTs),
    filesIn: (channel, thread) => files.sharedIn(channel, thread),
    ephemerals: () => store.ephemerals(),
    modals: () => store.modals(),
    home: (user) => store.home(user),
    calls: () => [...api.journal],
    connections: () => connections.count(),
    subscribe: (listener) => store.subscribe(listener),
    faults: faultsOf(parts, (on) => {
      down = on;
    }),
    stop: () => stop(parts, server),
  };
}
