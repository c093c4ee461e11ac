import { z } from 'zod';
import type { MonitorRound } from './round.ts';
import { isBlind } from './tally.ts';

/** So many rounds in a row say that nothing is seen, or that it is seen again. */
const rowOf = 3;
/** What is blind again within this time of its end is the same trouble: it goes on in the same thread. */
const sameThreadMs = 3_600_000;
/** More classes than these say nothing new. */
const mostDiagnoses = 3;

const at = z.number().int().nonnegative();

/** What can happen to the sight of an environment. Its journal begins with the thread that is the newest. */
export const sightEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('lost'),
    at,
    /** When the first round was that saw nothing. */
    since: at,
    channel: z.string(),
    services: z.array(z.string()),
    /** Classes of diagnosis. */
    diagnoses: z.array(z.string()),
  }),
  z.object({ type: z.literal('regained'), at }),
]);
export type SightEvent = z.infer<typeof sightEventSchema>;

/** That nothing can be said of services, because whoever looks at them is at fault: what its thread shows. */
export interface Blindness {
  readonly environment: string;
  readonly channel: string;
  /** When it was first told of. Names the thread. */
  readonly began: number;
  readonly since: number;
  readonly services: readonly string[];
  readonly diagnoses: readonly string[];
  /** How often it began in this thread. */
  readonly times: number;
  /** Absent while it lasts. */
  readonly endedAt?: number;
  /** How many events were folded. */
  readonly version: number;
}

export function blindnessOf(environment: string, events: readonly SightEvent[]): Blindness | undefined {
  const blindness = events.reduce<Omit<Blindness, 'environment' | 'version'> | undefined>((known, event) => {
    if (event.type === 'regained') return known && { ...known, endedAt: event.at };
    const { at: toldAt, since, channel, services, diagnoses } = event;
    if (known !== undefined && known.endedAt === undefined) return { ...known, services, diagnoses };
    const same = goesOn(known, toldAt);
    const began = same ? known.began : toldAt;
    return { began, since, channel, services, diagnoses, times: same ? known.times + 1 : 1 };
  }, undefined);
  return blindness && { ...blindness, environment, version: events.length };
}

/** A prober that is blind now, and where people read of it. */
export interface BlindNow extends Blindness {
  /** Address of its thread. Absent: there is none yet, or Slack does not tell. */
  readonly url?: string | undefined;
}

/**
 * The blindness that lasts. Where nobody looks any more it says nothing: no round can end it.
 * @param watched whether the environment is watched now
 */
export function blindNow(known: Blindness | undefined, watched: boolean): Blindness | undefined {
  return watched && known?.endedAt === undefined ? known : undefined;
}

/** Whether what is blind from now on belongs to the thread that is known. */
export function goesOn<Known extends Pick<Blindness, 'endedAt'>>(
  known: Known | undefined,
  now: number,
): known is Known {
  return known !== undefined && now - (known.endedAt ?? now) < sameThreadMs;
}

/** What the last rounds of one service say of the prober. */
export interface Looked {
  readonly service: string;
  readonly sight: 'blind' | 'seeing' | 'unsure';
  readonly since: number;
  readonly diagnoses: readonly string[];
}

/** @param rounds oldest first */
export function lookedAt(service: string, rounds: readonly MonitorRound[]): Looked {
  const last = rounds.slice(-rowOf);
  const blind = last.filter(isBlind);
  const row = last.length === rowOf;
  const sight = row && blind.length === rowOf ? 'blind' : row && blind.length === 0 ? 'seeing' : 'unsure';
  const diagnoses = blind.toReversed().flatMap((round) => round.diagnoses);
  return { service, sight, since: blind[0]?.at ?? 0, diagnoses };
}

export interface SightSituation {
  readonly known: Blindness | undefined;
  /** All services of the environment. */
  readonly looked: readonly Looked[];
  readonly channel: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a round changes about the sight of an environment. Pure; nothing changed is no event. */
export function decideSight({ known, looked, channel, now }: SightSituation): SightEvent | undefined {
  const open = known !== undefined && known.endedAt === undefined ? known : undefined;
  const blind = looked.filter(({ sight }) => sight === 'blind');
  const fresh = blind.filter(({ service }) => open?.services.includes(service) !== true);
  if (fresh.length > 0) {
    const named = blind.map(({ service }) => service);
    const diagnoses = blind.flatMap((each) => each.diagnoses);
    return {
      type: 'lost',
      at: now,
      since: Math.min(...blind.map(({ since }) => since)),
      channel,
      services: [...new Set([...(open?.services ?? []), ...named])],
      diagnoses: [...new Set([...(open?.diagnoses ?? []), ...diagnoses])].slice(0, mostDiagnoses),
    };
  }
  const clear = looked.length > 0 && looked.every(({ sight }) => sight === 'seeing');
  return open !== undefined && clear ? { type: 'regained', at: now } : undefined;
}
