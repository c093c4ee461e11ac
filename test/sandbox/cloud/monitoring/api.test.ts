import { describe, expect, it } from 'vitest';
import { BACKEND, startCloud, until } from '../support.ts';
import { aligned, at, FILTER, PERIOD, sampling, series, served, total, TYPE } from './support.ts';

describe('ListTimeSeries', () => {
  it('gives raw points as Cloud Run’s metrics have them', async () => {
    const clients = await served();
    const found = await series(clients);
    expect(found.map(({ metric }) => metric?.labels)).toEqual(
      expect.arrayContaining([
        { response_code: '200', response_code_class: '2xx' },
        { response_code: '404', response_code_class: '4xx' },
      ]),
    );
    const [one] = found;
    expect(one).toMatchObject({ metricKind: 'DELTA', valueType: 'INT64', unit: '1' });
    expect(one!.resource).toEqual({
      type: 'cloud_run_revision',
      labels: {
        project_id: 'chat-staging',
        location: 'us-central1',
        service_name: 'backend',
        configuration_name: 'backend',
        revision_name: clients.cloud.service(BACKEND)!.latestReadyRevision,
      },
    });
    const { startTime, endTime } = one!.points![0]!.interval!;
    const length =
      (Number(endTime!.seconds) - Number(startTime!.seconds)) * 1000 +
      (endTime!.nanos! - startTime!.nanos!) / 1e6;
    expect(length).toBeCloseTo(PERIOD, 3);
  });

  it.each([
    ['metric.labels.response_code_class = "4xx"', 1],
    ['metric.labels.response_code_class != "4xx"', 2],
    ['metric.label."response_code" = one_of("404","500")', 1],
    ['resource.labels.service_name = "backend"', 3],
    ['resource.labels.service_name = starts_with("auth")', 0],
  ])('filters by %s', async (selector, count) => {
    const clients = await served();
    expect(total(await series(clients, { filter: `${FILTER} AND ${selector}` }))).toBe(count);
    expect(total(await series(clients, { filter: `${FILTER} ${selector}` }))).toBe(count);
  });

  it('aligns and reduces', async () => {
    const clients = await served();
    const to = Date.now();
    const delta = await series(clients, {
      to,
      aggregation: aligned('ALIGN_DELTA', {
        crossSeriesReducer: 'REDUCE_SUM',
        groupByFields: ['resource.label.service_name'],
      }),
    });
    expect(delta).toHaveLength(1);
    expect(total(delta)).toBe(3);
    expect(delta[0]!.resource?.labels).toEqual({ service_name: 'backend' });
    expect(delta[0]!.metric?.labels).toEqual({});
    const rate = await series(clients, {
      to,
      filter: `${FILTER} AND metric.labels.response_code = "200"`,
      aggregation: aligned('ALIGN_RATE'),
    });
    expect(rate[0]!.points![0]!.value?.doubleValue).toBeCloseTo(2 / 3600, 9);
    const p99 = await series(clients, {
      to,
      filter: `metric.type = "${TYPE}/request_latencies" AND metric.labels.response_code = "200"`,
      aggregation: aligned('ALIGN_PERCENTILE_99'),
    });
    expect(p99[0]).toMatchObject({ metricKind: 'GAUGE', valueType: 'DOUBLE' });
    expect(p99[0]!.points![0]!.value?.doubleValue).toBeGreaterThan(10);
    const [latencies] = await series(clients, {
      to,
      filter: `metric.type = "${TYPE}/request_latencies"`,
      aggregation: aligned('ALIGN_DELTA', { crossSeriesReducer: 'REDUCE_SUM' }),
    });
    expect(String(latencies!.points![0]!.value?.distributionValue?.count)).toBe('3');
  });

  it('tells of the instances', async () => {
    const clients = await startCloud({ sampling });
    const filter = `metric.type = "${TYPE}/container/instance_count" AND resource.labels.service_name = "backend"`;
    const found = await until(async () => {
      const all = await series(clients, { filter });
      return all.length > 0 && all;
    });
    const newest = found.map(({ metric, points }) => [
      metric?.labels?.['state'],
      Number(points![0]!.value?.int64Value),
    ]);
    expect(Object.fromEntries(newest)).toEqual({ active: 0, idle: 1 });
  });

  it('shows nothing before the lag has passed', async () => {
    const clients = await startCloud({ sampling: { period: PERIOD, lag: Infinity } });
    const filter = `metric.type = "${TYPE}/container/instance_count"`;
    const started = Date.now();
    await until(() => Date.now() > started + 3 * PERIOD);
    expect(await series(clients, { filter })).toEqual([]);
    clients.cloud.monitoringLag(0);
    expect(await series(clients, { filter })).not.toEqual([]);
  });

  it('gives points page by page', async () => {
    const clients = await served();
    const request = { name: 'projects/chat-staging', filter: FILTER };
    const interval = { startTime: at(0), endTime: at(Date.now()) };
    const pages: number[] = [];
    for (let pageToken = ''; ; ) {
      const asked = { ...request, interval, pageSize: 1, pageToken };
      const [found, , answer] = await clients.metrics.listTimeSeries(asked, { autoPaginate: false });
      pages.push(total(found));
      pageToken = answer.nextPageToken ?? '';
      if (pageToken === '') break;
    }
    // Two codes: at least two points.
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.every((count) => count > 0)).toBe(true);
    expect(pages.reduce((sum, count) => sum + count, 0)).toBe(3);
  });
});
