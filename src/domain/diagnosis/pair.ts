import type { DiagnosisCode } from './registry.ts';
import { aged, idle } from './words.ts';
import type { Evidence, PairEvidence, ServiceFacts } from '../validation/evidence.ts';

/** A cut this soon after the 101 is no timer: the connection was accepted and dropped. */
const droppedMs = 150;
const abnormal = 1006;
/** Nothing is wrong with the connection, says the server: an idle one is mostly ended so. */
const plainCodes = new Set([1000, 1001]);
/** 3008 is registered for it with IANA; 4408 is what HTTP's 408 becomes. */
const timeoutCodes = new Set([3008, 4408]);
/** However late the prober was: ages further apart than this are not the same. */
const mostLateMs = 150;

interface Pair {
  readonly evidence: Evidence;
  readonly pair: PairEvidence;
  readonly facts: ServiceFacts;
}

/** Only the silent one cut: idle. Both at one age: a timer. Else something broke. */
export function classifyPair({ evidence, pair, facts }: Pair): DiagnosisCode {
  const { silentMs, talkingMs } = pair;
  const { closeCode, tcp } = evidence;
  const spoken = closeCode !== abnormal;
  if (silentMs !== null && talkingMs === null) {
    if (silentMs >= droppedMs && saysIdle(evidence) && isConfirmedIdle(pair)) return 'IDLE_TIMEOUT';
    return spoken ? 'APP_CLOSE' : 'RESET_MID_STREAM';
  }
  if (silentMs === null || talkingMs === null) return spoken ? 'APP_CLOSE' : 'RESET_MID_STREAM';
  const age = Math.min(silentMs, talkingMs);
  if (age < droppedMs || !isOneAge(pair)) return spoken ? 'APP_CLOSE' : 'RESET_MID_STREAM';
  if (spoken) return aged.test(evidence.closeReason ?? '') ? capOf(age, facts) : 'APP_CLOSE';
  const cap = capOf(age, facts);
  // Time-outs end with FIN. A reset at one age is a cap only where a setting says so.
  return tcp === 'reset' && cap === 'LIFETIME_CAP' ? 'RESET_MID_STREAM' : cap;
}

function saysIdle({ closeCode = abnormal, closeReason = '' }: Evidence): boolean {
  if (closeCode === abnormal || timeoutCodes.has(closeCode) || idle.test(closeReason)) return true;
  return plainCodes.has(closeCode) && closeReason === '';
}

/** A second silent one that outlived the first by far shows that the first was dropped by chance. */
function isConfirmedIdle({ againMs }: PairEvidence): boolean {
  return againMs !== null;
}

/**
 * Both cut at one age, and not at one moment. Where a second silent one was held, all ages must agree, within
 * wider bounds: three by chance are rarer than two.
 */
export function isOneAge({ silentMs, talkingMs, apartMs, lateMs = 0, againMs }: PairEvidence): boolean {
  if (silentMs === null || talkingMs === null || againMs === null) return false;
  const apart = Math.abs(silentMs - talkingMs);
  const moments = apartMs === undefined ? Infinity : Math.abs(apartMs + talkingMs - silentMs);
  const late = Math.min(lateMs, mostLateMs);
  const age = Math.min(silentMs, talkingMs);
  if (apart > moments) return false;
  if (againMs === undefined) return apart <= Math.max(60, age * 0.03) + late;
  const all = [silentMs, talkingMs, againMs];
  return Math.max(...all) - Math.min(...all) <= Math.max(120, age * 0.08) + late;
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
