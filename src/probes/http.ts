import type { HealthCheck } from '../domain/target.ts';
import { judge, median, mostSamples, type Sample } from '../domain/health.ts';
import type { Check } from '../domain/results.ts';

/** More of an answer than this is not read: a health answer is a few bytes. */
const mostBytes = 1024 * 1024;

/**
 * Asks for one path until the verdict is clear: five samples, up to twenty when some of them failed.
 * @throws only when `signal` aborts; whatever the service does is a result.
 */
export async function checkHealth(url: string, check: HealthCheck, signal: AbortSignal): Promise<Check> {
  const samples: Sample[] = [];
  do samples.push(await sample(new URL(check.path, url), check, signal));
  while (judge(samples) === 'inconclusive' && samples.length < mostSamples);
  const failed = samples.filter(({ ok }) => !ok);
  const seen = failed.at(-1)?.seen;
  const medianMs = median(samples.filter(({ ok }) => ok).map(({ ms }) => ms));
  return {
    name: `GET ${check.path}`,
    expected: `HTTP ${check.status} within ${check.withinMs} ms`,
    verdict: judge(samples),
    samples: samples.length,
    failures: failed.length,
    ...(medianMs === undefined ? {} : { medianMs }),
    ...(seen === undefined ? {} : { seen }),
  };
}

async function sample(url: URL, check: HealthCheck, signal: AbortSignal): Promise<Sample> {
  const begun = performance.now();
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(check.withinMs)]);
  try {
    // A redirect is an answer of its own: following it would prove another place.
    const response = await fetch(url, { signal: deadline, redirect: 'manual' });
    await drain(response);
    const ms = performance.now() - begun;
    return response.status === check.status
      ? { ok: true, ms }
      : { ok: false, ms, seen: `HTTP ${response.status}` };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, ms: performance.now() - begun, seen: faultOf(error, check) };
  }
}

async function drain(response: Response): Promise<void> {
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > mostBytes) return;
  }
}

function faultOf(error: unknown, check: HealthCheck): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${check.withinMs} ms`;
  // fetch hides the socket's error behind "fetch failed".
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code !== '' ? code : cause instanceof Error ? cause.message : String(cause);
}
