import type { Redis } from 'ioredis';
import { AppliedInfrastructure } from './infrastructure.ts';
import { PastDurations } from './durations.ts';
import { Locks } from './locks.ts';
import { ProvedImages } from './proved.ts';
import { Quarantine } from './quarantine.ts';
import { Served } from './served.ts';
import { ValidationMemory } from './validation-memory.ts';

/** What is known beside the operation itself. */
export interface Records {
  /** The last validation of each target. */
  readonly validations: ValidationMemory;
  /** What served each target well. */
  readonly served: Served;
  /** How long operations took. */
  readonly durations: PastDurations;
  readonly locks: Locks;
  readonly quarantine: Quarantine;
  readonly proved: ProvedImages;
  readonly infrastructure: AppliedInfrastructure;
}

export function recordsOf(redis: Redis): Records {
  return {
    validations: new ValidationMemory(redis),
    served: new Served(redis),
    durations: new PastDurations(redis),
    locks: new Locks(redis),
    quarantine: new Quarantine(redis),
    proved: new ProvedImages(redis),
    infrastructure: new AppliedInfrastructure(redis),
  };
}
