import type { Target } from '../src/domain/target.ts';

/** Looks at what was measured of a target and does what its rules say. Called after each round that was kept. */
export type Review = (target: Target) => Promise<void>;
