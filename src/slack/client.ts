import {
  ErrorCode,
  LogLevel,
  type Logger as SlackLogger,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { Logger } from 'pino';

/** Slack answers within a second or two; after this long the answer is lost. */
const timeoutMs = 10_000;

export interface SlackAddress {
  readonly botToken: string;
  readonly apiUrl: string;
}

/**
 * Options of every Web API client of slipway. The client's own retries are off: it cannot know that a
 * message whose answer was lost has been posted, while the thread looks for it before posting again;
 * and its own pause at a 429 would hold up one process where the queue's limiter tells them all.
 */
export function clientOptions(apiUrl: string, log: Logger): WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: slackLogger(log),
  };
}

export function connectSlack({ botToken, apiUrl }: SlackAddress, log: Logger): WebClient {
  return new WebClient(botToken, clientOptions(apiUrl, log));
}

/** @returns milliseconds to wait when the error is a 429, undefined for any other error. */
export function retryAfterMs(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== ErrorCode.RateLimitedError)
    return undefined;
  return 'retryAfter' in error && typeof error.retryAfter === 'number' ? error.retryAfter * 1000 : 1000;
}

/** @returns Slack's name for the error, such as `channel_not_found`; undefined when Slack did not answer. */
export function slackErrorName(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('data' in error)) return undefined;
  const data: unknown = error.data;
  const isNamed =
    typeof data === 'object' && data !== null && 'error' in data && typeof data.error === 'string';
  return isNamed ? (data.error as string) : undefined;
}

/** Slack's packages log through an interface of their own; their debug lines would show tokens. */
export function slackLogger(log: Logger): SlackLogger {
  const text = (parts: unknown[]) => parts.map(String).join(' ');
  return {
    debug: () => undefined,
    info: (...parts: unknown[]) => {
      log.debug(text(parts));
    },
    warn: (...parts: unknown[]) => {
      log.warn(text(parts));
    },
    error: (...parts: unknown[]) => {
      log.error(text(parts));
    },
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
