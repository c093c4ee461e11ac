import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { CallFaults, PlannedFault } from '../faults.ts';
import { readBody, sendJson } from '../../http.ts';
import type { CallRecord } from '../types.ts';
import * as chat from './chat.ts';
import type { ApiContext, Args, Method } from './context.ts';
import * as conversations from './conversations.ts';
import * as directory from './directory.ts';
import { SlackError, errorBody } from './errors.ts';
import * as files from './files.ts';
import type { RateLimits } from './limits.ts';
import * as views from './views.ts';

const methods: Readonly<Record<string, Method>> = {
  'auth.test': directory.authTest,
  'apps.connections.open': directory.connectionsOpen,
  'chat.postMessage': chat.postMessage,
  'chat.update': chat.update,
  'chat.delete': chat.remove,
  'chat.postEphemeral': chat.postEphemeral,
  'chat.getPermalink': chat.getPermalink,
  'conversations.history': conversations.history,
  'conversations.replies': conversations.replies,
  'conversations.info': conversations.info,
  'files.getUploadURLExternal': files.getUploadUrl,
  'files.completeUploadExternal': files.completeUpload,
  'files.info': files.info,
  'users.info': directory.usersInfo,
  'usergroups.users.list': directory.userGroupMembers,
  'views.open': views.open,
  'views.update': views.update,
  'views.publish': views.publish,
};

const anyObject = z.record(z.string(), z.unknown());

export interface ApiServer {
  readonly context: ApiContext;
  readonly limits: RateLimits;
  readonly faults: CallFaults;
  readonly tokens: { readonly bot: string; readonly app: string };
  readonly journal: CallRecord[];
}

interface Call {
  readonly method: string;
  readonly args: Args;
  readonly token: string | undefined;
}

function readJson(text: string): Args {
  try {
    return anyObject.parse(text === '' ? {} : JSON.parse(text));
  } catch {
    throw new SlackError('invalid_json');
  }
}

async function readCall(request: IncomingMessage, url: URL): Promise<Call> {
  const method = url.pathname.slice('/api/'.length);
  const text = request.method === 'POST' ? await readBody(request) : '';
  const isJson = request.headers['content-type']?.startsWith('application/json') ?? false;
  const query = Object.fromEntries(url.searchParams);
  const body = isJson ? readJson(text) : Object.fromEntries(new URLSearchParams(text));
  const args = { ...query, ...body };
  const [, bearer] = /^Bearer (.+)$/u.exec(request.headers.authorization ?? '') ?? [];
  // Slack takes a token as an argument from forms only; a JSON body needs the header.
  const inForm = isJson ? undefined : args['token'];
  return { method, args, token: bearer ?? (typeof inForm === 'string' ? inForm : undefined) };
}

function authorize({ tokens }: ApiServer, { method, token }: Call): void {
  if (!token) throw new SlackError('not_authed');
  const needed = method === 'apps.connections.open' ? tokens.app : tokens.bot;
  if (token === needed) return;
  throw new SlackError(
    token === tokens.bot || token === tokens.app ? 'not_allowed_token_type' : 'invalid_auth',
  );
}

function run(server: ApiServer, call: Call): Record<string, unknown> {
  const method = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined;
  if (!method) throw new SlackError('unknown_method');
  authorize(server, call);
  return { ok: true, ...method(server.context, call.args) };
}

function outcome(server: ApiServer, call: Call): Record<string, unknown> {
  try {
    return run(server, call);
  } catch (error) {
    if (error instanceof SlackError) return errorBody(error);
    throw error;
  }
}

/** What stands in for the method's own answer: seconds to wait, or a fault. */
function refusedEarly(
  { faults, limits }: ApiServer,
  { method, args }: Call,
): { fault?: PlannedFault; wait: number } {
  const fault = faults.next(method);
  if (fault?.kind === 'rate-limit') return { wait: fault.retryAfterSeconds };
  return fault ? { fault, wait: 0 } : { wait: limits.take(method, args['channel']) };
}

interface Reply {
  readonly response: ServerResponse;
  /** Writes the call into the journal. */
  readonly record: (error?: string) => void;
}

function reply(server: ApiServer, call: Call, { response, record }: Reply): void {
  const { fault, wait } = refusedEarly(server, call);
  if (wait > 0) {
    record('ratelimited');
    const headers = { 'retry-after': String(wait) };
    sendJson(response, { status: 429, headers, body: { ok: false, error: 'ratelimited' } });
    return;
  }
  if (fault?.kind === 'error-5xx') {
    record(fault.kind);
    sendJson(response, { status: 503, body: { ok: false, error: 'service_unavailable' } });
    return;
  }
  const body = fault?.kind === 'drop-before' ? {} : outcome(server, call);
  if (fault) {
    record(fault.kind);
    response.destroy();
    return;
  }
  record(body['ok'] === true ? undefined : String(body['error']));
  sendJson(response, { body });
}

/** Answers one Web API request, as the planned faults and the rate limits allow. */
export async function answerApi(
  server: ApiServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const at = Date.now();
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = url.pathname.slice('/api/'.length);
  const record = (error?: string): void => {
    server.journal.push({ method, at, ok: error === undefined, ...(error === undefined ? {} : { error }) });
  };
  try {
    reply(server, await readCall(request, url), { response, record });
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    record(error.code);
    sendJson(response, { body: errorBody(error) });
  }
}
