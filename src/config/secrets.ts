import type { Path } from './types.ts';

/** The fields that hold a Slack token: they are resolved only by who needs them. */
export const SECRET_PATHS: readonly Path[] = [
  ['slack', 'botToken'],
  ['slack', 'appToken'],
];

/** Fields of a validation whose value may be a secret, or hold one. */
const HIDDEN_KEYS = new Set<unknown>(['token', 'key', 'clientSecret', 'cookies', 'ca']);

/** Whether what stands there is never repeated in a problem. */
export function isHidden(path: Path): boolean {
  if (SECRET_PATHS.some((secret) => secret.every((part, index) => part === path[index]))) return true;
  if (path[0] === 'pages') return isOfPage(path);
  if (path[0] === 'suites' || path[2] === 'suites') return path.at(-2) === 'env';
  if (path[2] === 'infrastructure') return ['vars', 'env', 'backend'].includes(String(path[3]));
  if (path[0] === 'github') return path[1] === 'token';
  if (isOfTemplate(path)) return ['env', 'secrets'].includes(String(path.at(-2)));
  return path[2] === 'validation' && (HIDDEN_KEYS.has(path.at(-1)) || path.at(-2) === 'headers');
}

/** The address of a webhook often holds a key. */
function isOfPage(path: Path): boolean {
  const [, , way, key] = path;
  return way === 'pagerduty' ? key !== 'url' : key === 'key' || way === 'webhook';
}

/** People paste values where the name of a secret belongs, and a variable may hold anything. */
function isOfTemplate(path: Path): boolean {
  return path[2] === 'template' || path[2] === 'templates';
}

/** Whether a text has variables of its own: a journey's script, and what a suite is told by its arguments. */
export function isScript(path: Path): boolean {
  if (path[0] === 'suites') return ['command', 'args', 'report', 'rerun'].includes(String(path.at(-2)));
  return path[0] === 'services' && path[2] === 'validation' && path[3] === 'journeys';
}
