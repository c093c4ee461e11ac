/** A refusal in Slack's words: answered with HTTP 200 and `{"ok":false,"error":code}`. */
export class SlackError extends Error {
  readonly code: string;
  readonly details: readonly string[];

  /** `details` become `errors` and `response_metadata.messages`. */
  constructor(code: string, details: readonly string[] = []) {
    super(code);
    this.name = 'SlackError';
    this.code = code;
    this.details = details;
  }
}

export function errorBody(error: SlackError): Record<string, unknown> {
  if (error.details.length === 0) return { ok: false, error: error.code };
  return {
    ok: false,
    error: error.code,
    errors: error.details,
    response_metadata: { messages: error.details.map((detail) => `[ERROR] ${detail}`) },
  };
}
