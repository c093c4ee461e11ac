import { type MonitorRound, roundSchema, symptoms } from '../domain/monitor/round.ts';

/**
 * How a round stands in a stream. What is the same in nearly every round (how many were asked, nothing failed) is the
 * name of the entry's only field: Redis keeps a name that is that of the entry before only once
 * (https://redis.io/docs/latest/develop/data-types/streams/#memory-efficiency). The value holds the latencies.
 *
 * `20,10,10,20,1` and `12,34,5.1,9`: samples by symptom in the order of `symptoms`; p50 and p95 of HTTP and handshake.
 * `20/3,10/10,10,20,;4;staging-42;TCP_REFUSED`: with failures; blind, during and diagnoses follow where there are any.
 */
export interface Line {
  readonly shape: string;
  readonly latencies: string;
}

type Shape = Pick<MonitorRound, 'tallies' | 'blind' | 'during' | 'diagnoses'>;

export function lineOf({ tallies, blind, during, diagnoses, http, handshake }: MonitorRound): Line {
  const counts = symptoms.map((symptom) => {
    const tally = tallies[symptom];
    if (tally === undefined) return '';
    return tally.failures === 0 ? `${tally.samples}` : `${tally.samples}/${tally.failures}`;
  });
  const rest = [blind === 0 ? '' : blind, during ?? '', diagnoses.join(' ')].join(';');
  const times = [http?.p50, http?.p95, handshake?.p50, handshake?.p95].map(written);
  return {
    shape: `${counts.join(',')};${rest}`.replace(/;+$/, ''),
    latencies: times.join(',').replace(/,+$/, ''),
  };
}

/** A tenth of a millisecond says something below ten, and nothing above. */
function written(ms: number | undefined): string {
  if (ms === undefined) return '';
  return String(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms));
}

const shapes = new Map<string, Shape>();
/** Healthy targets have a handful of shapes; outages bring others, which need not stay. */
const mostShapes = 2_000;

/** @throws ZodError for a line of a newer slipway */
export function roundOf(at: number, { shape, latencies }: Line): MonitorRound {
  const [httpMs, httpMostMs, socketMs, socketMostMs] = latencies.split(',');
  const http = latencyOf(httpMs, httpMostMs);
  const handshake = latencyOf(socketMs, socketMostMs);
  return {
    at,
    ...shapeOf(shape),
    ...(http === undefined ? {} : { http }),
    ...(handshake === undefined ? {} : { handshake }),
  };
}

/** Remembered: an hour of rounds is read at each round, and nearly all are alike. */
function shapeOf(text: string): Shape {
  const known = shapes.get(text);
  if (known !== undefined) return known;
  const [counts = '', blind = '', during = '', diagnoses = ''] = text.split(';');
  const cells = counts.split(',');
  const tallies = Object.fromEntries(
    symptoms.flatMap((symptom, index) => {
      const [samples = '', failures = '0'] = (cells[index] ?? '').split('/');
      return samples === '' ? [] : [[symptom, { samples: Number(samples), failures: Number(failures) }]];
    }),
  );
  const { at: _, ...shape } = roundSchema.parse({
    at: 0,
    tallies,
    blind: Number(blind),
    diagnoses: diagnoses === '' ? [] : diagnoses.split(' '),
    ...(during === '' ? {} : { during }),
  });
  if (shapes.size >= mostShapes) shapes.clear();
  shapes.set(text, shape);
  return shape;
}

function latencyOf(p50 = '', p95 = ''): MonitorRound['http'] {
  if (p50 === '' || p95 === '') return undefined;
  return { p50: Number(p50), p95: Number(p95) };
}
