import { quote } from './found.ts';
import { readVariable } from './interpolate.ts';
import { variableProblem } from './problem.ts';
import { type ConfigProblem, type Env, LOG_LEVELS, type LogLevel } from './types.ts';

/** What differs from machine to machine, and so comes from the environment alone. */
export interface Settings {
  readonly apiUrl: string;
  readonly redisUrl: string;
  readonly cloudEndpoint: string | undefined;
  readonly cloudWeb: string | undefined;
  readonly logLevel: LogLevel;
  readonly healthPort: number | undefined;
}

interface Setting<T> {
  readonly name: string;
  readonly fallback: T;
  /** Undefined: the text is wrong. */
  readonly parse: (text: string) => T | undefined;
  readonly expected: string;
  readonly example: string;
  /** Whether the value may be repeated in the problem. */
  readonly shown: boolean;
}

const API_URL: Setting<string> = {
  name: 'SLACK_API_URL',
  fallback: 'https://slack.com/api/',
  parse: parseApiUrl,
  expected: 'an https:// URL without password or query (http:// only to this machine or a host without dots)',
  example: 'SLACK_API_URL=http://127.0.0.1:3000/api/',
  shown: true,
};

const REDIS_URL: Setting<string> = {
  name: 'REDIS_URL',
  fallback: 'redis://127.0.0.1:6379',
  parse: parseRedisUrl,
  expected: 'redis:// or rediss://, a host, and perhaps a port and the number of a database',
  example: 'REDIS_URL=redis://127.0.0.1:6379/0',
  shown: false,
};

const CLOUD_ENDPOINT: Setting<string | undefined> = {
  name: 'SLIPWAY_CLOUD_ENDPOINT',
  fallback: undefined,
  parse: parseEndpoint,
  expected: 'host:port or http://host:port with a port from 1 to 65535',
  example: 'SLIPWAY_CLOUD_ENDPOINT=127.0.0.1:8085',
  shown: true,
};

const CLOUD_WEB: Setting<string | undefined> = {
  name: 'SLIPWAY_CLOUD_WEB',
  fallback: undefined,
  parse: (text) => {
    const endpoint = text.startsWith('http://') ? parseEndpoint(text) : undefined;
    return endpoint === undefined ? undefined : `http://${endpoint}`;
  },
  expected: 'http://host:port with a port from 1 to 65535',
  example: 'SLIPWAY_CLOUD_WEB=http://127.0.0.1:8086',
  shown: true,
};

const LOG_LEVEL: Setting<LogLevel> = {
  name: 'SLIPWAY_LOG_LEVEL',
  fallback: 'info',
  parse: (text) => LOG_LEVELS.find((level) => level === text),
  expected: `one of ${LOG_LEVELS.join(', ')}`,
  example: 'SLIPWAY_LOG_LEVEL=info',
  shown: true,
};

const HEALTH_PORT: Setting<number | undefined> = {
  name: 'SLIPWAY_HEALTH_PORT',
  fallback: undefined,
  parse: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
  expected: 'a port from 0 to 65535',
  example: 'SLIPWAY_HEALTH_PORT=8080',
  shown: true,
};

/** All settings, the default in place of each one that is wrong, and the problems of those. */
export function readSettings(env: Env): {
  readonly settings: Settings;
  readonly problems: readonly ConfigProblem[];
} {
  const problems: ConfigProblem[] = [];
  const read = <T>(setting: Setting<T>): T => {
    const text = readVariable(env, setting.name);
    if (text === undefined) return setting.fallback;
    const value = setting.parse(text);
    if (value !== undefined) return value;
    const found = setting.shown ? quote(text) : 'something else (not shown)';
    problems.push(
      variableProblem(setting.name, `expected ${setting.expected}, found ${found}`, setting.example),
    );
    return setting.fallback;
  };
  const settings = {
    apiUrl: read(API_URL),
    redisUrl: read(REDIS_URL),
    cloudEndpoint: read(CLOUD_ENDPOINT),
    cloudWeb: read(CLOUD_WEB),
    logLevel: read(LOG_LEVEL),
    healthPort: read(HEALTH_PORT),
  };
  return { settings, problems };
}

function parseUrl(text: string): URL | undefined {
  return /[\s\p{Cc}]/u.test(text) || !URL.canParse(text) ? undefined : new URL(text);
}

/** The Slack client resolves method names against it, so it ends with a slash. */
function parseApiUrl(text: string): string | undefined {
  const url = parseUrl(text);
  if (
    url === undefined ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== '' ||
    url.password !== ''
  ) {
    return undefined;
  }
  const near = /^(?:127(?:\.\d+){3}|\[::1\]|[a-z0-9-]+)$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && near)) return undefined;
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function parseRedisUrl(text: string): string | undefined {
  const url = parseUrl(text);
  const known = url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  return known && url.hostname !== '' && /^(?:\/\d{0,4})?$/.test(url.pathname) && url.hash === ''
    ? text
    : undefined;
}

function parseEndpoint(text: string): string | undefined {
  const [, host, port] = /^(?:http:\/\/)?([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})\/?$/.exec(text) ?? [];
  if (host === undefined || port === undefined || Number(port) < 1 || Number(port) > 65_535) return undefined;
  return `${host}:${port}`;
}
