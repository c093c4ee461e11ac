import type { DiagnosisCode } from './registry.ts';
import type { Evidence, ServiceFacts } from '../validation/evidence.ts';

/** A cut this soon after the 101 is no timer: the connection was accepted and dropped. */
const droppedMs = 150;
/** No close frame came (RFC 6455 §7.1.5). */
const abnormal = 1006;
const goingAway = 1001;
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
  if (protocolCodes.has(closeCode)) return 'PROTOCOL_ERROR';
  if (pair !== undefined) return classifyPair({ evidence, pair, facts });
  return closeCode === abnormal ? 'RESET_MID_STREAM' : 'APP_CLOSE';
}

interface Pair {
  readonly evidence: Evidence;
  readonly pair: NonNullable<Evidence['pair']>;
  readonly facts: ServiceFacts;
}

/** Only the silent one cut: idle. Both at one age: a timer. Else something broke. */
function classifyPair({ evidence, pair, facts }: Pair): DiagnosisCode {
  const { silentMs, talkingMs } = pair;
  const { closeCode, closeReason = '', tcp } = evidence;
  const spoken = closeCode !== abnormal;
  if (silentMs !== null && talkingMs === null) {
    const idle =
      !spoken ||
      closeCode === goingAway ||
      /idle|inactiv|time-?d? ?out|no (?:message|data|activity)|keep-?alive|heartbeat/i.test(closeReason);
    return idle && silentMs >= droppedMs ? 'IDLE_TIMEOUT' : spoken ? 'APP_CLOSE' : 'RESET_MID_STREAM';
  }
  if (spoken) return 'APP_CLOSE';
  if (silentMs === null || talkingMs === null) return 'RESET_MID_STREAM';
  const age = Math.min(silentMs, talkingMs);
  const oneAge = Math.abs(silentMs - talkingMs) <= Math.max(60, age * 0.03);
  if (!oneAge || age < droppedMs) return 'RESET_MID_STREAM';
  const cap = capOf(age, facts);
  // Time-outs end with FIN. A reset at one age is a cap only where a setting says so.
  return tcp === 'reset' && cap === 'LIFETIME_CAP' ? 'RESET_MID_STREAM' : cap;
}

/**
 * The service's own request time-out is compared first. The time-out of a load balancer in front of a
 * serverless NEG cannot be set, so it is never named.
 * https://cloud.google.com/load-balancing/docs/backend-service#timeout-setting
 */
function capOf(ageMs: number, { requestTimeoutMs, loadBalancer }: ServiceFacts): DiagnosisCode {
  const at = (limit: number | undefined) =>
    limit !== undefined && Math.abs(ageMs - limit) <= Math.max(250, limit * 0.03);
  if (at(requestTimeoutMs)) return 'LIFETIME_CAP_SERVICE';
  if (loadBalancer?.serverless === false && at(loadBalancer.timeoutMs)) return 'LIFETIME_CAP_LOAD_BALANCER';
  return 'LIFETIME_CAP';
}
