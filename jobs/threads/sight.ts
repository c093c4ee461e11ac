import type { Sights } from '../../src/ledger/sights.ts';
import { sightThread } from '../../src/slack/threads.ts';
import type { View } from './view.ts';

export type SightSource = Pick<Sights, 'of' | 'drawn'>;

/** What an environment is told of a prober that sees nothing. Undefined: it always saw something. */
export async function sightView(environment: string, sights: SightSource): Promise<View | undefined> {
  const blindness = await sights.of(environment);
  if (blindness === undefined) return undefined;
  return {
    thread: sightThread(blindness),
    endedAt: blindness.endedAt,
    drawn: () => sights.drawn(environment, blindness.version),
  };
}
