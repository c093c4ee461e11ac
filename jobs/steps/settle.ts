import { finished, type Step } from '../step.ts';

/** Placeholder for the types: see the next commit. */
export const settle: Step<'settle'> = () => Promise.resolve(finished({ waitedMs: 0, ended: false }));
