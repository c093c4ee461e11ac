import type { Alert } from '../alert/alert.ts';
import type { Outcome } from '../events.ts';
import type { Lock } from '../lock.ts';
import type { BlindNow } from '../monitor/sight.ts';
import type { Operation } from '../operation.ts';
import type { StepName } from '../plan.ts';
import type { Freeze } from '../policy.ts';
import type { Split } from '../results.ts';
import type { Health } from './health.ts';
import type { Looked } from './looked.ts';

/** Where an operation has got to, as far as one of its services is concerned. */
export interface LastOperation {
  readonly id: string;
  readonly kind: Operation['request']['kind'];
  readonly byName: string;
  /** Milliseconds since 1970: its end; while it goes on its beginning. */
  readonly at: number;
  readonly phase: Operation['phase'];
  readonly outcome?: Outcome | undefined;
  /** The step under way; of one that failed, the step that did. */
  readonly step?: StepName | undefined;
  readonly awaitsApproval: boolean;
}

export interface ServiceStatus {
  readonly service: string;
  readonly split: Looked<Split | undefined>;
  readonly health: Health;
  readonly operation: Looked<LastOperation | undefined>;
  readonly alerts: Looked<readonly Alert[]>;
}

/** How an environment stands, before anything is said about it. */
export interface Standing {
  readonly lock: Looked<Lock | undefined>;
  readonly freezes: readonly Freeze[];
  /** What was measured lately says nothing while the prober is blind; undefined was seen: it is not. */
  readonly sight: Looked<BlindNow | undefined>;
  readonly services: readonly ServiceStatus[];
}
