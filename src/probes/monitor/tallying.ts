import { type DiagnosisCode } from '../../domain/diagnosis/registry.ts';
import { diagnose, diagnoseAll, isProberFault } from '../../domain/diagnosis/diagnose.ts';
import type { MonitorRound, Symptom } from '../../domain/monitor/round.ts';
import { latencyOf } from '../../domain/statistics.ts';
import type { Evidence } from '../../domain/validation/evidence.ts';
import type { CheckResult } from '../../domain/validation/result.ts';
import { Failures } from '../run.ts';

/** More than these say nothing new. */
const mostDiagnoses = 5;

/** What bears the mark of a load balancer that waited too long. */
const timeoutCodes: ReadonlySet<string> = new Set<DiagnosisCode>([
  'GATEWAY_TIMEOUT',
  'LIFETIME_CAP_LOAD_BALANCER',
]);

/** What one request brought. */
export interface Asked {
  /** Absent: no whole answer. */
  readonly ms?: number;
  /** What was wrong. Absent: nothing that users feel. */
  readonly wrong?: Evidence;
}

/** Counts what a round finds by the symptoms that users feel. */
export class Tallying {
  readonly #tallies = new Map<Symptom, { samples: number; failures: number }>();
  readonly #failures = new Failures();
  readonly #http: number[] = [];
  readonly #handshakes: number[] = [];
  readonly #journeys: { evidence: Evidence; times: number }[] = [];
  #blind = 0;

  /** Of a request that was not answered with a status, nothing is known of 5xx. */
  http({ ms, wrong }: Asked): void {
    if (wrong !== undefined && this.#isBlind(wrong)) return;
    const answered = ms !== undefined || wrong?.status !== undefined;
    this.#count('connectionFailures', wrong !== undefined && ms === undefined);
    if (answered) this.#count('serverErrors', (wrong?.status ?? 0) >= 500);
    this.#count('timeouts', isTimeout(wrong));
    if (ms !== undefined && wrong === undefined) this.#http.push(ms);
  }

  /** One that met no connection failed as a connection and as a handshake. */
  handshake({ ms, wrong }: Asked): void {
    if (wrong !== undefined && this.#isBlind(wrong)) return;
    this.#count('connectionFailures', ms === undefined && wrong !== undefined && wrong.status === undefined);
    this.#count('handshakeFailures', wrong !== undefined);
    this.#count('timeouts', isTimeout(wrong));
    if (ms !== undefined && wrong === undefined) this.#handshakes.push(ms);
  }

  journey({ verdict, diagnoses }: CheckResult): void {
    for (const { evidence, times } of diagnoses) this.#journeys.push({ evidence, times });
    if (verdict === 'inconclusive') this.#blind += 1;
    else this.#count('journeys', verdict === 'unhealthy');
  }

  round(at: number): MonitorRound {
    const http = latencyOf(this.#http);
    const handshake = latencyOf(this.#handshakes);
    const all = diagnoseAll([...this.#failures.seen, ...this.#journeys]);
    const service = all.filter(({ prober }) => !prober);
    // Where nothing failed, it is worth knowing why nothing was seen.
    const told = service.length > 0 ? service : all;
    return {
      at,
      tallies: Object.fromEntries(this.#tallies),
      blind: this.#blind,
      diagnoses: told.slice(0, mostDiagnoses).map(({ code }) => code),
      ...(http === undefined ? {} : { http: { p50: http.p50, p95: http.p95 } }),
      ...(handshake === undefined ? {} : { handshake: { p50: handshake.p50, p95: handshake.p95 } }),
    };
  }

  #isBlind(wrong: Evidence): boolean {
    const blind = isProberFault(wrong);
    this.#failures.add(wrong);
    if (blind) this.#blind += 1;
    return blind;
  }

  #count(symptom: Symptom, failed: boolean): void {
    const tally = this.#tallies.get(symptom) ?? { samples: 0, failures: 0 };
    tally.samples += 1;
    if (failed) tally.failures += 1;
    this.#tallies.set(symptom, tally);
  }
}

function isTimeout(wrong: Evidence | undefined): boolean {
  return wrong !== undefined && timeoutCodes.has(diagnose(wrong).code);
}
