import { z } from 'zod';

/** Something that users feel. One alert, one thread for each of them on each target. */
export const symptoms = [
  /** Requests and handshakes without a whole answer: refused, reset, timed out, no name, no TLS. */
  'connectionFailures',
  /** WebSocket handshakes that did not end with 101. */
  'handshakeFailures',
  /** Answers with HTTP 5xx. */
  'serverErrors',
  /** Answers or cuts that bear the mark of a load balancer's time-out. */
  'timeouts',
  /** Journeys that broke, or took longer than they may. */
  'journeys',
] as const;
export type Symptom = (typeof symptoms)[number];

export const symptomTitles = {
  connectionFailures: 'Connections that fail',
  handshakeFailures: 'WebSocket handshakes that fail',
  serverErrors: 'HTTP 5xx',
  timeouts: 'Time-outs of the load balancer',
  journeys: 'Journeys that break or are slow',
} as const satisfies Record<Symptom, string>;

const tally = z.object({ samples: z.number().int().nonnegative(), failures: z.number().int().nonnegative() });

/** Milliseconds. */
const latency = z.object({ p50: z.number(), p95: z.number() });

/** What one look at one target found. Of a symptom that could not be looked for there is none. */
export const roundSchema = z.object({
  /** Milliseconds since 1970. */
  at: z.number().int(),
  tallies: z.partialRecord(z.enum(symptoms), tally),
  http: latency.optional(),
  handshake: latency.optional(),
  /** Samples that failed through a fault of the prober's own: in no tally. */
  blind: z.number().int().nonnegative().default(0),
  /** The operation that moved users of this target meanwhile. */
  during: z.string().optional(),
  /** Classes of `src/domain/diagnosis` that explain the failures, the most frequent first. */
  diagnoses: z.array(z.string()).default([]),
});
export type MonitorRound = z.infer<typeof roundSchema>;
