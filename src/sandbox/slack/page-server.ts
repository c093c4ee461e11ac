import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Files } from './files.ts';
import { readBody, sendJson } from '../http.ts';
import type { People } from './people/index.ts';
import type { Store } from './store.ts';
import type { SandboxEvent, Workspace } from './types.ts';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const command = z.object({ user: z.string(), channel: z.string(), text: z.string().max(4000) });
const click = z.object({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  actionId: z.string(),
  value: z.string().optional(),
});
const clickHome = click.omit({ channel: true, ts: true });
const say = command.extend({ threadTs: z.string().optional() });
const submit = z.object({
  user: z.string(),
  viewId: z.string(),
  values: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const dismiss = z.object({ user: z.string(), viewId: z.string() });
const person = z.object({ user: z.string() });

export interface PageServer {
  readonly people: People;
  readonly store: Store;
  readonly files: Files;
  readonly workspace: Workspace;
  readonly connectionCount: () => number;
}

/** zod leaves absent options as `undefined`; the actions want them absent. */
function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function visibleTo(user: string, event: SandboxEvent): boolean {
  if (event.type === 'ephemeral' || event.type === 'ephemeral_updated') return event.ephemeral.user === user;
  if (event.type === 'home' || event.type === 'modal') return event.view.user === user;
  if (event.type === 'ephemeral_deleted' || event.type === 'modal_closed' || event.type === 'delivery')
    return event.user === user;
  return true;
}

function snapshot({ store, workspace, connectionCount }: PageServer, user: string): Record<string, unknown> {
  return {
    type: 'snapshot',
    workspace,
    messages: workspace.channels.flatMap(({ id }) => store.inChannel(id)),
    ephemerals: store.ephemerals().filter((item) => item.user === user),
    home: store.home(user),
    connections: connectionCount(),
  };
}

/** Server-sent events: everything this person may see, then each change. */
function stream(server: PageServer, user: string, response: ServerResponse): void {
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
  const send = (event: unknown): void => {
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  send(snapshot(server, user));
  const unsubscribe = server.store.subscribe((event) => {
    if (visibleTo(user, event)) send(event);
  });
  response.on('close', unsubscribe);
}

async function sendFile(name: string, response: ServerResponse): Promise<void> {
  const type = types[name.split('.').at(-1) ?? ''];
  const known = /^[a-z-]+\.(html|js|css)$/u.test(name) && type !== undefined;
  const content = known
    ? await readFile(new URL(`./page/${name}`, import.meta.url)).catch(() => undefined)
    : undefined;
  if (content === undefined || type === undefined) {
    response.writeHead(404, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': type }).end(content);
}

/** `/file/F…`: for everybody here, as Slack shows a file to all who see the message. */
function sendPicture(files: Files, id: string, response: ServerResponse): void {
  const picture = files.content(id);
  if (picture?.type.startsWith('image/'))
    response.writeHead(200, { ...headers, 'content-type': picture.type }).end(picture.bytes);
  else response.writeHead(404, headers).end();
}

function act(people: People, action: string, input: unknown): Promise<unknown> {
  if (action === 'command') return people.command(command.parse(input));
  if (action === 'click') return people.click(present(click.parse(input)));
  if (action === 'click-home') return people.clickHome(present(clickHome.parse(input)));
  if (action === 'say') return people.say(present(say.parse(input)));
  if (action === 'submit') return people.submit(submit.parse(input));
  if (action === 'dismiss') return people.dismiss(dismiss.parse(input));
  if (action === 'home') return people.openHome(person.parse(input).user);
  throw new Error(`no such action: ${action}`);
}

/** Other sites may not act here: their pages cannot send JSON to us without being asked first. */
function fromThisPage(request: IncomingMessage): boolean {
  const origin = request.headers.origin;
  const json = request.headers['content-type']?.startsWith('application/json') ?? false;
  return json && (origin === undefined || origin === `http://${request.headers.host ?? ''}`);
}

/** Serves the page, its event stream and what can be done on it. */
export async function answerPage(
  server: PageServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (request.method === 'GET' && pathname === '/events') {
    stream(server, searchParams.get('user') ?? '', response);
    return;
  }
  if (request.method === 'GET' && pathname.startsWith('/file/')) {
    sendPicture(server.files, pathname.slice('/file/'.length), response);
    return;
  }
  if (request.method === 'GET') {
    // Permalinks open the page, which then shows the message they name.
    const isPage = pathname === '/' || pathname.startsWith('/archives/');
    await sendFile(isPage ? 'index.html' : pathname.replace(/^\/page\//u, ''), response);
    return;
  }
  if (request.method !== 'POST' || !pathname.startsWith('/act/') || !fromThisPage(request)) {
    sendJson(response, { status: 404, headers, body: { error: 'not found' } });
    return;
  }
  try {
    const done = await act(
      server.people,
      pathname.slice('/act/'.length),
      JSON.parse(await readBody(request)),
    );
    sendJson(response, { headers, body: done ?? {} });
  } catch (error) {
    sendJson(response, {
      status: 400,
      headers,
      body: { error: error instanceof Error ? error.message : 'refused' },
    });
  }
}
