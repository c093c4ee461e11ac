import type { IncomingHttpHeaders } from 'node:http';
import { throughTag } from '../http.ts';
import { simulateLogin } from './login.ts';
import { type ContainerOptions, variable } from './options.ts';

/** Milliseconds that the app says its own start took, at a `startupFactor` of 1: what the team measures on staging. */
const APP_STARTUP = 380;

export interface AppRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface AppAnswer {
  readonly status: number;
  readonly body: object;
}

/** What the app answers over HTTP. */
export function answerOf({ method, path, headers }: AppRequest, options: ContainerOptions): AppAnswer {
  const { service, revision, behaviour } = options;
  const environment = variable(options, 'E2E_TEST_ENV');
  if (path === '/health') return health(options);
  if (path === '/') return { status: 200, body: { service, revision, environment } };
  if (path === '/auth/e2e') {
    if (method !== 'POST') return { status: 405, body: { detail: 'Method Not Allowed' } };
    return simulateLogin(headers, environment);
  }
  if (path.startsWith('/api/')) {
    const rate = Math.max(
      behaviour.apiErrorRate ?? 0,
      throughTag(headers) ? 0 : (behaviour.publicErrorRate ?? 0),
    );
    if (options.random() < rate) return { status: 500, body: { detail: 'Internal Server Error' } };
    return { status: 200, body: { service, revision, path } };
  }
  return { status: 404, body: { detail: 'Not Found' } };
}

function health({ service, revision, behaviour, log }: ContainerOptions): AppAnswer {
  const { health: sick } = behaviour;
  const startup_ms = APP_STARTUP * (behaviour.startupFactor ?? 1);
  if (sick === undefined) return { status: 200, body: { status: 'ok', service, revision, startup_ms } };
  if (sick.stderr !== undefined) log.stderr(sick.stderr);
  return { status: sick.status, body: { status: 'error', service, revision, detail: sick.detail } };
}
