import { decideSight, lookedAt } from '../src/domain/monitor/sight.ts';
import type { Target } from '../src/domain/target.ts';
import type { Series } from '../src/ledger/series.ts';
import type { Sights } from '../src/ledger/sights.ts';
import { policyOf } from './policy-of.ts';

/** Looks whether anything was seen of an environment lately, and has people told when not. Called after each round. */
export type Lookout = (targets: readonly Target[]) => Promise<void>;

/** So many rounds back; enough for three that a slow machine made late. */
const lookBackRounds = 6;

export interface LookoutOptions {
  readonly series: Pick<Series, 'since'>;
  readonly sights: Pick<Sights, 'change'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Twice is safe: what is told already is no event. @throws what the ledger throws: the next round looks again */
export function makeLookout({ series, sights, now }: LookoutOptions): Lookout {
  return async (targets) => {
    const [first] = targets;
    if (first === undefined) return;
    const { environment, channel } = first;
    const from = now() - lookBackRounds * policyOf(targets).everyMs;
    const looked = await Promise.all(
      targets.map(async (target) => lookedAt(target.service, await series.since(target, from))),
    );
    await sights.change(environment, (known) => decideSight({ known, looked, channel, now: now() }));
  };
}
