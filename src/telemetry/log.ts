import { type Logger, pino } from 'pino';

/** A log line is JSON on stdout. Errors of Google and Slack carry request headers: only these parts are kept. */
export function makeLog(options: { readonly level: string; readonly name: string }): Logger {
  return pino({
    ...options,
    serializers: {
      err: (error: unknown) =>
        error instanceof Error
          ? {
              type: error.name,
              message: error.message,
              stack: error.stack,
              ...('code' in error ? { code: error.code } : {}),
            }
          : { message: String(error) },
    },
  });
}
