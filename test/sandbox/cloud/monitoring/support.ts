import { BACKEND, type Clients, startCloud, until } from '../support.ts';

export const PERIOD = 100;
export const sampling = { period: PERIOD, lag: 0 };
export const TYPE = 'run.googleapis.com';
export const FILTER = `metric.type = "${TYPE}/request_count" AND resource.type = "cloud_run_revision"`;

export const at = (ms: number) => ({ seconds: Math.floor(ms / 1000), nanos: Math.round((ms % 1000) * 1e6) });

export interface Asked {
  readonly filter?: string;
  readonly from?: number;
  readonly to?: number;
  readonly aggregation?: object;
  readonly more?: object;
}

export async function series(
  { metrics }: Clients,
  { filter = FILTER, from = 0, to, aggregation, more }: Asked = {},
) {
  const [found] = await metrics.listTimeSeries({
    name: 'projects/chat-staging',
    filter,
    interval: { startTime: at(from), endTime: at(to ?? Date.now()) },
    ...(aggregation === undefined ? {} : { aggregation }),
    ...more,
  });
  return found;
}

export const total = (found: Awaited<ReturnType<typeof series>>): number =>
  found
    .flatMap(({ points }) => points ?? [])
    .reduce((sum, { value }) => sum + Number(value?.int64Value ?? 0), 0);

/** A cloud that has served two good requests and one bad one, each seen by now. */
export async function served() {
  const all = await startCloud({ sampling });
  const { uri } = all.cloud.service(BACKEND)!;
  for (const path of ['/health', '/api/x?delay=20', '/missing']) await (await fetch(`${uri}${path}`)).text();
  await until(async () => total(await series(all)) === 3);
  return all;
}

export const aligned = (perSeriesAligner: string, more: object = {}) => ({
  alignmentPeriod: { seconds: 3600 },
  perSeriesAligner,
  ...more,
});
