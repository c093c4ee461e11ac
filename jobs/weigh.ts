import { containerOf } from '../src/cloud/container.ts';
import type { RunRevision } from '../src/cloud/revision-view.ts';
import { instantOf } from '../src/cloud/time-series.ts';
import type { Container, Usage, Weighed } from '../src/domain/container/container.ts';
import { estimate } from '../src/domain/cost/estimate.ts';
import type { StepContext } from './step.ts';

/** Nobody waits longer than this to learn what a container weighs. */
const withinMs = 5_000;
const dayMs = 86_400_000;
/** Cloud Monitoring keeps more, but older use says less of the next month. */
const longestMs = 30 * dayMs;

/**
 * Image, start, limits and cost of a candidate, beside those of what serves most of the users. Only reads, so twice is
 * safe; what cannot be read is named in it, and keeps nothing from going on.
 * @returns undefined when Cloud Run itself did not tell of the revision
 * @throws the signal's reason when aborted, and nothing else
 */
export async function weigh(context: StepContext, revision: string): Promise<Weighed | undefined> {
  const { signal, log, target } = context;
  const late = AbortSignal.timeout(withinMs);
  try {
    return await read(context, revision, AbortSignal.any([signal, late]));
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ err: error, revision, service: target.service }, 'container not weighed');
    return undefined;
  }
}

async function read(
  { cloud, target, now, operation }: StepContext,
  candidate: string,
  signal: AbortSignal,
): Promise<Weighed | undefined> {
  const stable = operation.results.preflight?.split[0]?.revision;
  const [service, raw, rawBefore] = await Promise.all([
    cloud.run.service(target, signal),
    cloud.run.revision(target, candidate, signal),
    stable === undefined || stable === candidate ? undefined : cloud.run.revision(target, stable, signal),
  ]);
  if (raw === undefined) return undefined;
  const unknown: string[] = [];
  const orUnknown = async <Value>(what: string, reading: Promise<Value>): Promise<Value | undefined> => {
    try {
      return await reading;
    } catch (error) {
      const why = signal.aborted ? 'there was no answer in time' : saidBy(error);
      unknown.push(`${what}: ${why}`);
      return undefined;
    }
  };
  const weighed = async (what: string, each: RunRevision): Promise<Container> => {
    const image = each.containers?.[0]?.image ?? '';
    const imageBytes = await orUnknown(`image size ${what}`, cloud.images.size(image, signal));
    return { ...containerOf(each, service?.raw), ...(imageBytes === undefined ? {} : { imageBytes }) };
  };
  const fromMs = Math.max(now() - longestMs, instantOf(service?.raw.createTime) ?? now());
  const measuring: Promise<Usage | undefined> =
    now() - fromMs < dayMs
      ? Promise.resolve(undefined)
      : cloud.metrics.usage(target, { fromMs, toMs: now() }, signal);
  const [after, before, usage] = await Promise.all([
    weighed('after', raw),
    rawBefore === undefined ? undefined : weighed('before', rawBefore),
    orUnknown('use', measuring),
  ]);
  const cost = estimate({ before, after, usage, region: target.region, now: now() });
  return {
    ...(before === undefined ? {} : { before }),
    after,
    ...(cost === undefined ? {} : { cost }),
    unknown,
  };
}

function saidBy(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
