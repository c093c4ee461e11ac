import type { DiagnosisCode } from './registry.ts';
import { classifyPair } from './pair.ts';
import { full } from './words.ts';
import type { Evidence, ServiceFacts } from '../validation/evidence.ts';

/** No close frame came (RFC 6455 §7.1.5). */
const abnormal = 1006;
/** Frames that were not understood (RFC 6455 §7.4.1). */
const protocolCodes = new Set([1002, 1003, 1007]);
const sessionUnknown =
  /(?:unknown|invalid|no such|expired) session|session (?:id )?(?:is )?(?:unknown|not found|invalid)/i;

/** Names the class of an open connection that was cut; undefined when there was none. */
export function classifyCut(evidence: Evidence, facts: ServiceFacts): DiagnosisCode | undefined {
  const { closeCode, closeReason = '', body = '', pair, error } = evidence;
  if (sessionUnknown.test(closeReason) || sessionUnknown.test(body)) return 'AFFINITY_LOST';
  if (closeCode === undefined) return undefined;
  if (error?.startsWith('WS_ERR_') === true)
    return error === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'TOO_LARGE' : 'PROTOCOL_ERROR';
  if (/sub-?protocol/i.test(closeReason)) return 'SUBPROTOCOL_WRONG';
  if (full.test(closeReason)) return 'CONNECTION_LIMIT';
  if (protocolCodes.has(closeCode)) return 'PROTOCOL_ERROR';
  if (pair !== undefined) return classifyPair({ evidence, pair, facts });
  return closeCode === abnormal ? 'RESET_MID_STREAM' : 'APP_CLOSE';
}
