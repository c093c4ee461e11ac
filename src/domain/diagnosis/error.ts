import type { DiagnosisCode } from './registry.ts';
import { observed } from './observed.ts';
import type { Evidence } from '../validation/evidence.ts';

const codes: Readonly<Record<string, DiagnosisCode | undefined>> = {
  ENOTFOUND: 'DNS_NOT_FOUND',
  ENODATA: 'DNS_NOT_FOUND',
  EAI_AGAIN: 'PROBER_DNS',
  EAI_FAIL: 'PROBER_DNS',
  ESERVFAIL: 'PROBER_DNS',
  ECONNREFUSED: 'TCP_REFUSED',
  ETIMEDOUT: 'TCP_TIMEOUT',
  EHOSTUNREACH: 'TCP_UNREACHABLE',
  EHOSTDOWN: 'TCP_UNREACHABLE',
  ENETUNREACH: 'PROBER_NETWORK',
  ENETDOWN: 'PROBER_NETWORK',
  EADDRNOTAVAIL: 'PROBER_NETWORK',
  EMFILE: 'PROBER_NETWORK',
  ENFILE: 'PROBER_NETWORK',
  ENOBUFS: 'PROBER_NETWORK',
  ENOMEM: 'PROBER_NETWORK',
  CERT_HAS_EXPIRED: 'TLS_EXPIRED',
  CERT_NOT_YET_VALID: 'TLS_EXPIRED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS_NAME',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'TLS_NAME',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS_UNTRUSTED',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS_UNTRUSTED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLS_UNTRUSTED',
  CERT_UNTRUSTED: 'TLS_UNTRUSTED',
  CERT_REVOKED: 'TLS_UNTRUSTED',
  CERT_SIGNATURE_FAILURE: 'TLS_UNTRUSTED',
  INVALID_CA: 'TLS_UNTRUSTED',
  INVALID_PURPOSE: 'TLS_UNTRUSTED',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'TOO_LARGE',
};

/** Names the class of a connection that never came to an answer; undefined when the error is not known. */
export function classifyError(evidence: Evidence): DiagnosisCode | undefined {
  const { error = '', message = '', phase } = evidence;
  if (error === observed.deadline) return deadline(evidence);
  const known = codes[error];
  if (known !== undefined) return known;
  // OpenSSL speaks TLS to a port that answers with something else: EPROTO "wrong version number".
  if (
    /wrong[ _]version[ _]number|packet length too long|http request|record layer failure/i.test(
      `${error.replaceAll('_', ' ')} ${message}`,
    )
  )
    return 'TLS_PLAIN_PORT';
  if (error === 'ECONNRESET' || error === 'EPIPE' || error === 'ECONNABORTED')
    return phase === 'open' || phase === 'echo' ? 'RESET_MID_STREAM' : 'TCP_RESET';
  if (phase === 'tls' || error.startsWith('ERR_SSL_') || error.startsWith('ERR_TLS_') || error === 'EPROTO')
    return 'TLS_FAILED';
  if (error.startsWith('HPE_') || error.startsWith('WS_ERR_')) return 'PROTOCOL_ERROR';
  return handshakeMessage(message);
}

/** `ws` gives these no code. */
function handshakeMessage(message: string): DiagnosisCode | undefined {
  if (/sent no subprotocol/i.test(message)) return 'SUBPROTOCOL_MISSING';
  if (/subprotocol/i.test(message)) return 'SUBPROTOCOL_WRONG';
  if (
    /invalid (?:sec-websocket|upgrade)|sec-websocket-extensions|extension that was not requested/i.test(
      message,
    )
  )
    return 'PROTOCOL_ERROR';
  return undefined;
}

/** Which part of the way was never finished. */
function deadline({ phase, bytes = 0 }: Evidence): DiagnosisCode {
  switch (phase) {
    case 'lookup':
      return 'PROBER_DNS';
    case 'connect':
      return 'TCP_TIMEOUT';
    case 'tls':
      return 'TLS_FAILED';
    case 'upgrade':
      return bytes > 0 ? 'SLOW_HANDSHAKE' : 'HANDSHAKE_TIMEOUT';
    case 'answer':
      return bytes > 0 ? 'SLOW_ANSWER' : 'HANDSHAKE_TIMEOUT';
    case 'open':
    case 'echo':
    case 'close':
      return 'HALF_OPEN';
    case 'body':
    case 'prober':
      return 'SLOW_ANSWER';
  }
}
