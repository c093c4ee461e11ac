import { z } from 'zod';
import type { Cause } from '../cause.ts';
import { causeParts, originSchema } from '../cause/origin.ts';
import type { Evidence } from './evidence.ts';
import type { ValidationResult } from './result.ts';

const verdict = z.enum(['healthy', 'unhealthy', 'inconclusive']);

const diagnosisSchema = z.object({
  code: z.string(),
  cause: z.string(),
  next: z.string(),
  /** What was seen, in one line. */
  evidence: z.string(),
  times: z.number(),
  prober: z.boolean(),
});

/** What the ledger, the thread and the reports keep of a validation: the facts without the samples. */
export const validationRecordSchema = z.object({
  url: z.string(),
  verdict,
  /** Milliseconds since 1970. */
  at: z.number(),
  tookMs: z.number(),
  /** The error in the revision's log, when there is one and something failed. */
  cause: z.string().optional(),
  /** Where that comes from. */
  origin: originSchema.optional(),
  checks: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      expected: z.string(),
      measured: z.string(),
      verdict,
      tookMs: z.number(),
      /** How many more samples a firm answer needs. */
      needed: z.number().optional(),
      diagnoses: z.array(diagnosisSchema),
      steps: z
        .array(z.object({ name: z.string(), ms: z.number(), failed: z.string().optional() }))
        .optional(),
    }),
  ),
  metrics: z.array(
    z.object({
      name: z.string(),
      target: z.number(),
      value: z.number().optional(),
      samples: z.number(),
      verdict,
    }),
  ),
});
export type ValidationRecord = z.infer<typeof validationRecordSchema>;
export type RecordedCheck = ValidationRecord['checks'][number];
export type RecordedMetric = ValidationRecord['metrics'][number];

/** `met`, `missed`, or `–` where nothing was measured. */
export function metricResult({ value, verdict: judged }: RecordedMetric): string {
  return value === undefined ? '–' : judged === 'healthy' ? 'met' : 'missed';
}

/** Diagnoses of one check beyond these say nothing new. */
const mostDiagnoses = 3;

/** @param cause the error in the revision's log, where there is one */
export function recordOf(result: ValidationResult, cause?: Cause): ValidationRecord {
  return {
    url: result.url,
    verdict: result.verdict,
    at: result.startedAt,
    tookMs: Math.round(result.tookMs),
    ...causeParts(cause),
    checks: result.checks.map((check) => ({
      name: check.name,
      kind: check.kind,
      expected: check.expected,
      measured: check.measured,
      verdict: check.verdict,
      tookMs: Math.round(check.tookMs),
      ...(check.rate !== undefined && check.verdict === 'inconclusive' ? { needed: check.rate.needed } : {}),
      diagnoses: check.diagnoses.slice(0, mostDiagnoses).map((diagnosis) => ({
        code: diagnosis.code,
        cause: diagnosis.cause,
        next: diagnosis.next,
        evidence: evidenceText(diagnosis.evidence),
        times: diagnosis.times,
        prober: diagnosis.prober,
      })),
      ...(check.steps === undefined ? {} : { steps: check.steps.map((step) => ({ ...step })) }),
    })),
    metrics: result.metrics.map(({ name, target, value, samples, verdict: judged }) => ({
      name,
      target,
      samples,
      verdict: judged,
      ...(value === undefined ? {} : { value }),
    })),
  };
}

/** What its log says of it, as a failure tells it. */
export function causeIn({ cause, origin }: ValidationRecord): Pick<ValidationRecord, 'cause' | 'origin'> {
  return cause === undefined ? {} : { cause, ...(origin === undefined ? {} : { origin }) };
}

/** `upgrade of wss://…/ws · HTTP 403 · server: envoy · “forbidden”` */
function evidenceText(evidence: Evidence): string {
  const { status, error, closeCode, closeReason, ageMs, pair, headers = {}, body, message, note } = evidence;
  const server = headers['server'];
  const parts = [
    `${evidence.phase} of ${evidence.url}`,
    status === undefined ? '' : `HTTP ${status}`,
    error ?? '',
    closeCode === undefined
      ? ''
      : `close ${closeCode}${closeReason === undefined || closeReason === '' ? '' : ` (${closeReason})`}`,
    ageMs === undefined ? '' : `at ${seconds(ageMs)}`,
    pair === undefined ? '' : `silent ${ageText(pair.silentMs)}, talking ${ageText(pair.talkingMs)}`,
    server === undefined ? '' : `server: ${server}`,
    error === undefined && message !== undefined ? message : '',
    body === undefined || body.trim() === '' ? '' : `“${body.trim().slice(0, 160)}”`,
    note ?? '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function ageText(ms: number | null): string {
  return ms === null ? 'alive' : `cut at ${seconds(ms)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** `/ws handshake: 0 of 60, FORBIDDEN (upgrade of … · HTTP 403)` */
export function checkFact(check: RecordedCheck): string {
  const [first] = check.diagnoses;
  const why = first === undefined ? '' : `, ${first.code} (${first.evidence})`;
  return `${check.name}: ${check.measured}${why}`;
}

/** Refusals of the prober's own token. */
const tokenCodes: ReadonlySet<string> = new Set(['FORBIDDEN', 'UNAUTHORIZED']);

/**
 * The unhealthy checks of a candidate. A refused token counts only when the stable revision accepts the
 * same token: otherwise it is the token that is wrong.
 */
export function worseThan(
  baseline: ValidationRecord | undefined,
  candidate: ValidationRecord,
): readonly RecordedCheck[] {
  const refusedBefore = new Set(
    baseline?.checks.filter(({ diagnoses }) => refused(diagnoses)).map(({ name }) => name),
  );
  return candidate.checks.filter(
    ({ verdict: judged, name, diagnoses }) =>
      judged === 'unhealthy' && !(refused(diagnoses) && refusedBefore.has(name)),
  );
}

/** The checks that say nothing of the service, because the prober itself could not do them. */
export function unmeasured({ checks }: ValidationRecord): readonly RecordedCheck[] {
  return checks.filter(
    ({ verdict: judged, diagnoses }) =>
      judged === 'inconclusive' && diagnoses.length > 0 && diagnoses.every(({ prober }) => prober),
  );
}

function refused(diagnoses: RecordedCheck['diagnoses']): boolean {
  return diagnoses.length > 0 && diagnoses.every(({ code }) => tokenCodes.has(code));
}

export interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** What is different from the validation before: verdicts of checks, and metrics that crossed their target. */
export function verdictChanges(before: ValidationRecord, after: ValidationRecord): readonly Change[] {
  const was = new Map(before.checks.map((check) => [check.name, check.verdict]));
  const checks = after.checks
    .filter(({ name, verdict: now }) => was.get(name) !== now)
    .map(({ name, verdict: now }) => ({
      name,
      before: was.get(name) ?? 'not checked',
      after: now,
    }));
  const metricWas = new Map(before.metrics.map((metric) => [metric.name, metric]));
  const metrics = after.metrics.flatMap((metric) => {
    const old = metricWas.get(metric.name);
    return old === undefined || old.verdict === metric.verdict
      ? []
      : [{ name: metric.name, before: valueText(old.value), after: valueText(metric.value) }];
  });
  return [...checks, ...metrics];
}

function valueText(value: number | undefined): string {
  return value === undefined ? 'not measured' : `${Math.round(value)} ms`;
}
