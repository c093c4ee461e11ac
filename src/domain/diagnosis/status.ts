import type { DiagnosisCode } from './registry.ts';
import { full } from './words.ts';
import type { Evidence } from '../validation/evidence.ts';

const neverStarted = /failed to start|crash|could not start|did not start/i;
/** Servers name the header a proxy ate: `Missing or invalid Sec-WebSocket-Key header`. */
const handshakeHeader =
  /sec-websocket-(?:key|version)|upgrade|connection header|websocket handshake|not (?:a )?websocket/i;

/** Names the class of an answer that came instead of the expected one; undefined when there was no answer. */
export function classifyStatus(evidence: Evidence): DiagnosisCode | undefined {
  const { status } = evidence;
  if (status === undefined) return undefined;
  // A 101 without the headers that make it one comes as an ordinary answer; with them, an error says what is wrong.
  if (status === 101) return evidence.error === undefined ? 'UPGRADE_STRIPPED' : undefined;
  if (status === 401) return tokenExpired(evidence) ? 'PROBER_TOKEN' : 'UNAUTHORIZED';
  if (status === 403 && (evidence.open !== undefined || full.test(evidence.body ?? '')))
    return 'CONNECTION_LIMIT';
  if (status === 403 || status === 407 || status === 511)
    return tokenExpired(evidence) ? 'PROBER_TOKEN' : 'FORBIDDEN';
  if (status >= 300 && status < 400) return 'REDIRECT';
  // The status was right; what came after it was cut.
  if (status < 300 && evidence.phase === 'body' && evidence.error !== undefined) return undefined;
  if (status < 300) return evidence.phase === 'upgrade' ? 'UPGRADE_STRIPPED' : 'WRONG_STATUS';
  if (evidence.open !== undefined || full.test(evidence.body ?? '')) return 'CONNECTION_LIMIT';
  if (status < 500) return clientError(status, evidence);
  return serverError(status, evidence);
}

function clientError(status: number, { body = '', phase, note }: Evidence): DiagnosisCode {
  switch (status) {
    case 404:
    case 405:
    case 410:
      return 'WRONG_PATH';
    case 408:
      return 'GATEWAY_TIMEOUT';
    case 426:
      return 'UPGRADE_STRIPPED';
    case 429:
      return 'RATE_LIMIT';
    case 431:
      return 'HEADERS_TOO_LARGE';
    default:
      if (note === handshakePassedNote) return 'WRONG_PATH';
      if (/sub-?protocol|sec-websocket-protocol/i.test(body)) return 'SUBPROTOCOL_WRONG';
      if (/plain http request was sent to https port|speaking plain http to an ssl/i.test(body))
        return 'TLS_REQUIRED';
      return phase === 'upgrade' && handshakeHeader.test(body) ? 'UPGRADE_STRIPPED' : 'BAD_REQUEST';
  }
}

function serverError(status: number, { body = '', phase, headers }: Evidence): DiagnosisCode {
  switch (status) {
    case 501:
      return phase === 'upgrade' ? 'UPGRADE_STRIPPED' : 'SERVER_ERROR';
    case 502:
      return 'BAD_GATEWAY';
    case 503:
      if (/rate.?limit|too many requests/i.test(body)) return 'RATE_LIMIT';
      return neverStarted.test(body) ? 'STARTUP_CRASH' : 'SERVICE_DOWN';
    case 504:
      return 'GATEWAY_TIMEOUT';
    default:
      // Cloud Run's words when it may not start another instance.
      if (/no available instance/i.test(body)) return 'RATE_LIMIT';
      return headers?.['server']?.includes('cloudflare') === true ? cloudflare(status) : 'SERVER_ERROR';
  }
}

/** https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/ */
function cloudflare(status: number): DiagnosisCode {
  if (status === 520 || status === 521 || status === 523) return 'BAD_GATEWAY';
  if (status === 522 || status === 524) return 'GATEWAY_TIMEOUT';
  return status === 525 || status === 526 ? 'BAD_GATEWAY' : 'SERVER_ERROR';
}

/** RFC 6750 §3.1: `error_description="The access token expired"`. The connector notes what it knows of the token it sent. */
function tokenExpired({ note = '', body = '', headers, authorised }: Evidence): boolean {
  if (authorised === false) return false;
  const said = `${headers?.['www-authenticate'] ?? ''} ${body}`;
  return (
    note.includes(expiredNote) || /token (?:is |has |was )?expired|expired[_ ]token|jwt expired/i.test(said)
  );
}

/** Stands in the note of an evidence when the token that was sent had passed its own `exp`. */
export const expiredNote = 'the token had expired when it was sent';

/** Stands in the note of a 400 without words whose headers the server had found right. */
export const handshakePassedNote =
  'without its key the handshake is refused in words, with it in none: so the path is the reason';
