import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { startCloud } from '../support.ts';
import { aligned, type Asked, at, FILTER, series, served, TYPE } from './support.ts';

describe('ListTimeSeries', () => {
  const refused = (problem: string) => ({
    code: status.INVALID_ARGUMENT,
    message: expect.stringContaining(problem) as string,
  });

  it.each<[string, Asked]>([
    ['must specify a restriction on "metric.type"', { filter: 'resource.type = "cloud_run_revision"' }],
    ['Field filter had an invalid value of', { filter: `${FILTER} OR metric.labels.response_code = "1"` }],
    ['Could not parse the filter', { filter: `${FILTER} AND (resource.type = "x")` }],
    ['Field orderBy', { more: { orderBy: 'x' } }],
    ['Field interval.startTime', { from: 10_000, to: 5_000 }],
    ['Field interval.endTime', { more: { interval: {} } }],
    ['Field aggregation.alignmentPeriod', { aggregation: { perSeriesAligner: 'ALIGN_DELTA' } }],
    ['A reducer needs an aligner', { aggregation: { crossSeriesReducer: 'REDUCE_SUM' } }],
    [
      'No such field',
      {
        aggregation: aligned('ALIGN_DELTA', {
          crossSeriesReducer: 'REDUCE_SUM',
          groupByFields: ['resource.label.zone'],
        }),
      },
    ],
    [
      'The reducer cannot be applied',
      { aggregation: aligned('ALIGN_DELTA', { crossSeriesReducer: 'REDUCE_STDDEV' }) },
    ],
    [
      'Field aggregation.perSeriesAligner had an invalid value of "ALIGN_PERCENTILE_99": The aligner cannot be applied to metrics with kind DELTA and value type INT64.',
      { aggregation: aligned('ALIGN_PERCENTILE_99') },
    ],
    [
      'Field aggregation.perSeriesAligner had an invalid value of "ALIGN_MAX": The aligner cannot be applied to metrics with kind DELTA and value type DISTRIBUTION.',
      { filter: `metric.type = "${TYPE}/request_latencies"`, aggregation: aligned('ALIGN_MAX') },
    ],
  ])('refuses with: %s', async (problem, asked) => {
    const clients = await served();
    await expect(series(clients, asked)).rejects.toMatchObject(refused(problem));
  });

  it('knows neither other metrics nor other projects', async () => {
    const { metrics, ...clients } = await startCloud();
    await expect(
      series({ metrics, ...clients }, { filter: 'metric.type = "run.googleapis.com/nothing"' }),
    ).rejects.toMatchObject({ code: status.NOT_FOUND });
    const elsewhere = { name: 'projects/elsewhere', filter: FILTER, interval: { endTime: at(Date.now()) } };
    await expect(metrics.listTimeSeries(elsewhere)).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
  });
});
