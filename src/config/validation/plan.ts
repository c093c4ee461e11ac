import type {
  HttpCheckPlan,
  Identity,
  TokenSource,
  ValidationPlan,
  WebSocketCheckPlan,
} from '../../domain/validation/plan.ts';
import type { EnvironmentValidation } from '../types.ts';
import { journeyOf } from './journey.ts';
import type { FileToken } from './token.schema.ts';
import type { FileValidation } from './validation.schema.ts';

/** The plan that the file asks for, beside health. */
export function planOf(file: FileValidation): ValidationPlan {
  return {
    identity: identityOf(file),
    http: file.http.map(httpOf),
    websocket: file.websocket.map(webSocketOf),
    journeys: file.journeys.map(journeyOf),
    targets: file.targets,
  };
}

/** The service's plan as it is in one environment; a simulated login sends the headers of every other request too. */
export function inEnvironment(plan: ValidationPlan, own: EnvironmentValidation | undefined): ValidationPlan {
  const headers = mergeHeaders(plan.identity.headers, own?.headers ?? {});
  const source = own?.bearer ?? plan.identity.bearer;
  const bearer: TokenSource | undefined =
    source?.kind === 'simulation' ? { ...source, headers: mergeHeaders(headers, source.headers) } : source;
  return { ...plan, identity: { ...plan.identity, headers, bearer } };
}

/** Names of headers are the same in any case. */
function mergeHeaders(under: Identity['headers'], over: Identity['headers']): Record<string, string> {
  const names = new Set(Object.keys(over).map((name) => name.toLowerCase()));
  const kept = Object.entries(under).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...over };
}

function identityOf({ headers, token, private: isPrivate, cookies, ca }: FileValidation): Identity {
  return {
    headers,
    ...bearerOf(token),
    ...(isPrivate ? { serverless: { kind: 'google-id' } as const } : {}),
    ...(cookies === undefined ? {} : { cookies }),
    // Variables that cannot hold lines carry PEM with `\n` written out.
    ...(ca === undefined ? {} : { ca: ca.replaceAll('\\n', '\n') }),
  };
}

/** Nothing when there is no token. What each kind must have was asked before: see rules.ts. */
export function bearerOf(token: FileToken | undefined): { readonly bearer?: TokenSource } {
  if (token === undefined) return {};
  if (typeof token === 'string') return { bearer: { kind: 'static', token } };
  return { bearer: sourceOf(token) };
}

function sourceOf(token: Exclude<FileToken, string>): TokenSource {
  const { kind, url = '', scope, audience } = token;
  switch (kind) {
    case 'static':
      return { kind, token: token.token ?? '' };
    case 'jwt': {
      const { algorithm = 'HS256', key = '', claims = {}, lifetime = 600_000 } = token;
      return { kind, algorithm, key, claims, lifetimeMs: lifetime };
    }
    case 'client-credentials': {
      const { clientId = '', clientSecret = '' } = token;
      return { kind, url, clientId, clientSecret, ...(scope === undefined ? {} : { scope }) };
    }
    case 'simulation': {
      const { headers = {}, body, field = 'access_token' } = token;
      return { kind, url, headers, body, field };
    }
    case 'google-id':
      return { kind, ...(audience === undefined ? {} : { audience }) };
  }
}

function httpOf(check: FileValidation['http'][number]): HttpCheckPlan {
  const { path, method, status, body, contains, json, within, samples } = check;
  return {
    kind: 'http',
    path,
    method,
    status,
    ...(body === undefined ? {} : { body: textOf(body) }),
    ...(contains === undefined ? {} : { contains }),
    ...(json === undefined ? {} : { json }),
    withinMs: within,
    samples,
  };
}

function webSocketOf(check: FileValidation['websocket'][number]): WebSocketCheckPlan {
  return {
    kind: 'websocket',
    path: check.path,
    subprotocols: check.subprotocols,
    handshakes: check.handshakes,
    mostFailures: check.failures,
    handshakeWithinMs: check.within,
    holdMs: check.hold,
    echoes: check.echoes,
    message: textOf(check.message),
    latencyMs: check.latency,
    connections: check.connections,
    affinity: check.affinity,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
