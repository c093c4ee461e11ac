const hour = 3_600_000;

/** How far back people look at what was measured. */
export const spans = {
  '1h': { ms: hour, title: 'last hour' },
  '24h': { ms: 24 * hour, title: 'last 24 h' },
  '7d': { ms: 7 * 24 * hour, title: 'last 7 days' },
} as const;
export type Span = keyof typeof spans;
export const spanNames = Object.keys(spans) as readonly Span[];
