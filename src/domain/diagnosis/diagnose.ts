import { causeOf } from '../cause.ts';
import { type DiagnosisCode, diagnoses } from './registry.ts';
import { observed } from './observed.ts';
import { classifyCut } from './cut.ts';
import { classifyError } from './error.ts';
import { classifyStatus } from './status.ts';
import type { Diagnosis } from '../validation/result.ts';
import type { Evidence, ServiceFacts } from '../validation/evidence.ts';

/** One kind of failure and how often it was seen. */
export interface Seen {
  readonly evidence: Evidence;
  readonly times: number;
}

/** Names the class of one failure. The same evidence and facts always give the same answer. */
export function diagnose(evidence: Evidence, facts: ServiceFacts = {}): Diagnosis {
  const crash = startupCrash(facts.logs ?? []);
  const first = classify(evidence, facts);
  const code = crash !== undefined && explainedByCrash.has(first) ? 'STARTUP_CRASH' : first;
  const entry = diagnoses[code];
  const detail = code === 'STARTUP_CRASH' ? crash : detailOf(code, evidence);
  return {
    code,
    evidence,
    cause: detail === undefined ? entry.cause : `${entry.cause.replace(/\.$/, '')}: ${detail}.`,
    next: entry.next,
    prober: 'prober' in entry,
    times: 1,
  };
}

/** Diagnoses all failures of a check: one line a code, the most frequent first. */
export function diagnoseAll(failures: readonly Seen[], facts: ServiceFacts = {}): Diagnosis[] {
  const byCode = new Map<string, Diagnosis>();
  for (const { evidence, times } of failures) {
    const found = diagnose(evidence, facts);
    const known = byCode.get(found.code);
    byCode.set(found.code, { ...(known ?? found), times: (known?.times ?? 0) + times });
  }
  // Who got somebody else's message explains who got none, and is worse.
  const rank = ({ code, times }: Diagnosis) => (code === 'CROSSTALK' ? Number.MAX_SAFE_INTEGER : times);
  return [...byCode.values()].sort((a, b) => rank(b) - rank(a));
}

/** True when a failure says nothing of the service. */
export function isProberFault(evidence: Evidence): boolean {
  return diagnose(evidence).prober;
}

function classify(evidence: Evidence, facts: ServiceFacts): DiagnosisCode {
  // Refused while others were open and fine: that is a limit, in whatever words.
  if (evidence.open !== undefined && evidence.error === 'ECONNRESET') return 'CONNECTION_LIMIT';
  return (
    classifyObserved(evidence) ??
    classifyCut(evidence, facts) ??
    classifyStatus(evidence) ??
    classifyError(evidence) ??
    'UNKNOWN'
  );
}

function classifyObserved({ error, phase, answered = 0, status }: Evidence): DiagnosisCode | undefined {
  switch (error) {
    case observed.silence:
      return answered > 0 ? 'HALF_OPEN' : 'DEAF';
    case observed.slow:
      return phase === 'echo' ? 'SLOW_ECHO' : phase === 'upgrade' ? 'SLOW_HANDSHAKE' : 'SLOW_ANSWER';
    case observed.wrongStatus:
      // A status with a meaning of its own says more than "another one".
      return status !== undefined && status >= 300 ? undefined : 'WRONG_STATUS';
    default:
      return error === undefined ? undefined : plainly[error];
  }
}

const plainly: Readonly<Record<string, DiagnosisCode | undefined>> = {
  [observed.crosstalk]: 'CROSSTALK',
  [observed.wrongEcho]: 'WRONG_ECHO',
  [observed.otherInstance]: 'AFFINITY_LOST',
  [observed.wrongBody]: 'WRONG_BODY',
  [observed.tooLarge]: 'TOO_LARGE',
  [observed.tlsRecord]: 'TLS_REQUIRED',
  [observed.plainAnswer]: 'TLS_PLAIN_PORT',
  [observed.unasked]: 'PROTOCOL_ERROR',
  [observed.journeyStep]: 'JOURNEY_STEP',
  [observed.token]: 'PROBER_TOKEN',
  [observed.late]: 'PROBER_LATE',
  [observed.wholeDeadline]: 'PROBER_DEADLINE',
  [observed.invalidRequest]: 'PROBER_REQUEST',
};

/** What a container that dies at its start looks like from outside. */
const explainedByCrash = new Set<DiagnosisCode>([
  'STARTUP_CRASH',
  'SERVICE_DOWN',
  'BAD_GATEWAY',
  'GATEWAY_TIMEOUT',
  'TCP_REFUSED',
  'TCP_RESET',
]);

/** Cloud Run's own words for a container that did not start, and those of the usual runtimes. */
const startFailed =
  /failed to start|container called exit\(|startup (?:tcp )?probe failed|exited with (?:code|status) [1-9]|memory limit .*exceeded/i;
const started =
  /application startup complete|uvicorn running|listening (?:on|at)|server (?:started|running|listening)|ready to accept|booting worker/i;

/** The line that explains it, unless the application came up after it. */
function startupCrash(logs: readonly string[]): string | undefined {
  const lines = logs.flatMap((entry) => entry.split('\n'));
  const after = lines.slice(lines.findLastIndex((line) => started.test(line)) + 1);
  const cause = causeOf(after);
  if (cause !== undefined) return `${cause.error}${cause.at === undefined ? '' : ` at ${cause.at}`}`;
  return after
    .find((line) => startFailed.test(line))
    ?.trim()
    .slice(0, 300);
}

/** What this very failure adds to the cause of its class. */
function detailOf(code: DiagnosisCode, evidence: Evidence): string | undefined {
  const { closeCode, closeReason = '', headers, open, pair } = evidence;
  if (code === 'APP_CLOSE') return `${closeCode ?? ''}${closeReason === '' ? '' : ` ${closeReason}`}`;
  if (code === 'REDIRECT' && headers?.['location'] !== undefined) return headers['location'];
  if (code === 'CONNECTION_LIMIT' && open !== undefined) return `${open} were open`;
  const age = pair?.silentMs ?? evidence.ageMs;
  const aged = code === 'IDLE_TIMEOUT' || code.startsWith('LIFETIME_CAP') || code === 'RESET_MID_STREAM';
  return aged && age !== undefined ? `after ${seconds(age)}` : undefined;
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
