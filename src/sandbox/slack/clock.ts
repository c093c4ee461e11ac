import { performance } from 'node:perf_hooks';

/** Milliseconds that never jump back, for measuring and for limits. */
export const monotonicMs = (): number => performance.now();
