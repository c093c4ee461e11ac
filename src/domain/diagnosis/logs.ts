import type { ServiceFacts } from '../validation/evidence.ts';
import type { ValidationResult } from '../validation/result.ts';
import { diagnose } from './diagnose.ts';
import type { DiagnosisCode } from './registry.ts';

/** Classes that the service itself may have written a line about: an IAM refusal or a DNS error leaves none. */
const leavesLines: ReadonlySet<string> = new Set<DiagnosisCode>([
  'STARTUP_CRASH',
  'SERVICE_DOWN',
  'SERVER_ERROR',
  'BAD_GATEWAY',
  'GATEWAY_TIMEOUT',
  'TCP_REFUSED',
  'TCP_RESET',
  'HANDSHAKE_TIMEOUT',
  'RESET_MID_STREAM',
  'APP_CLOSE',
  'DEAF',
  'WRONG_STATUS',
  'WRONG_BODY',
  'JOURNEY_STEP',
]);

/** Whether the service itself may have written a line about failures of this class. */
export function leavesLog(code: string): boolean {
  return leavesLines.has(code);
}

/** Whether the log of the revision can say more about what failed. */
export function explainedByLogs({ checks }: ValidationResult): boolean {
  return checks.some(({ diagnoses }) => diagnoses.some(({ code }) => leavesLog(code)));
}

/** Names what failed once more, now that the log of the revision is known. */
export function withLogs(result: ValidationResult, facts: ServiceFacts): ValidationResult {
  const checks = result.checks.map((check) => ({
    ...check,
    diagnoses: check.diagnoses.map((before) => {
      const { times } = before;
      const after = diagnose(before.evidence, facts);
      // Only a crash is read out of a log; what else was said of the failure stays.
      return after.code === 'STARTUP_CRASH' ? { ...after, times } : before;
    }),
  }));
  return { ...result, checks };
}
