import type { HttpCheckPlan, ValidationPlan, WebSocketCheckPlan } from '../domain/validation/plan.ts';

/** What one validation may ask for, so that a mistyped number cannot become an attack. */
const limits = {
  connections: 10_000,
  handshakes: 1_000,
  echoes: 1_000,
  samples: 1_000,
  holdMs: 3_600_000,
  withinMs: 600_000,
  checks: 100,
} as const;

/** A plan that cannot be run: says where, what was expected, and an example. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}

/** @throws {PlanError} */
export function serviceUrl(text: string): URL {
  const example = 'Example: https://backend-staging.a.run.app';
  if (!URL.canParse(text)) throw new PlanError(`"${shown(text)}" is not a URL. ${example}`);
  const url = new URL(text);
  const scheme = /^(https?|wss?):$/.exec(url.protocol)?.[1];
  if (scheme === undefined)
    throw new PlanError(
      `The URL has the scheme "${url.protocol}"; expected https, http, wss or ws. ${example}`,
    );
  if (url.port === '0') throw new PlanError(`Port 0 is not a port; expected 1 to 65535. ${example}`);
  if (url.username !== '' || url.password !== '')
    throw new PlanError(`The URL holds a name or password; put them into headers. ${example}`);
  url.protocol = scheme.replace('ws', 'http');
  return url;
}

/** @throws {PlanError} for the first number or path that is out of bounds */
export function checkPlan(plan: ValidationPlan): void {
  const count = plan.http.length + plan.websocket.length + plan.journeys.length;
  within('checks', count, { least: 0, most: limits.checks });
  plan.http.forEach((check, index) => {
    checkHttp(`http.${index}`, check);
  });
  plan.websocket.forEach((check, index) => {
    checkWebSocket(`websocket.${index}`, check);
  });
}

function checkHttp(at: string, check: HttpCheckPlan): void {
  path(`${at}.path`, check.path);
  within(`${at}.samples`, check.samples, { least: 1, most: limits.samples });
  within(`${at}.withinMs`, check.withinMs, { least: 1, most: limits.withinMs });
  within(`${at}.status`, check.status, { least: 100, most: 599 });
}

function checkWebSocket(at: string, check: WebSocketCheckPlan): void {
  path(`${at}.path`, check.path);
  within(`${at}.handshakes`, check.handshakes, { least: 0, most: limits.handshakes });
  within(`${at}.handshakeWithinMs`, check.handshakeWithinMs, { least: 1, most: limits.withinMs });
  within(`${at}.holdMs`, check.holdMs, { least: 0, most: limits.holdMs });
  within(`${at}.echoes`, check.echoes, { least: 0, most: limits.echoes });
  within(`${at}.latencyMs`, check.latencyMs, { least: 1, most: limits.withinMs });
  within(`${at}.connections`, check.connections, { least: 0, most: limits.connections });
  if (!(check.mostFailures >= 0 && check.mostFailures <= 1))
    throw new PlanError(`${at}.mostFailures is ${check.mostFailures}; expected 0 to 1. Example: 0.05`);
  const names = check.subprotocols;
  if (new Set(names).size !== names.length || names.some((name) => !/^[!#$%&'*+\-.^`|~\w]+$/.test(name)))
    throw new PlanError(`${at}.subprotocols has a name twice or one that is no token. Example: ["chat.v1"]`);
}

function path(at: string, value: string): void {
  if (!URL.canParse(value, 'http://localhost') || !/^(?:\/|https?:|wss?:)/.test(value))
    throw new PlanError(`${at} is "${shown(value)}"; expected a path. Example: /ws`);
}

function within(at: string, value: number, { least, most }: { least: number; most: number }): void {
  if (Number.isFinite(value) && value >= least && value <= most) return;
  throw new PlanError(
    `${at} is ${value}; expected ${least} to ${most}. Example: ${Math.max(least, Math.min(most, 100))}`,
  );
}

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
