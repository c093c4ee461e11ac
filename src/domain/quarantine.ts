import { z } from 'zod';

const at = z.number().int().nonnegative();

export const quarantineEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('quarantined'),
    at,
    digest: z.string(),
    operation: z.string(),
    reason: z.string(),
  }),
  z.object({
    type: z.literal('lifted'),
    at,
    digest: z.string(),
    by: z.string(),
    byName: z.string(),
    reason: z.string(),
  }),
]);
export type QuarantineEvent = z.infer<typeof quarantineEventSchema>;

/** An image that was taken back from users, and that nobody gets again until somebody lifts it. */
export interface Quarantined {
  readonly service: string;
  /** `sha256:…` */
  readonly digest: string;
  readonly operation: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The digests of a service that are in quarantine, oldest first. */
export function quarantineOf(service: string, events: readonly QuarantineEvent[]): readonly Quarantined[] {
  const held = new Map<string, Quarantined>();
  for (const event of events) {
    if (event.type === 'lifted') held.delete(event.digest);
    else {
      const { type: _, ...entry } = event;
      held.set(event.digest, { service, ...entry });
    }
  }
  return [...held.values()];
}

/** An operation puts a digest into quarantine once, however often its step is run. */
export function isQuarantinedBy(
  events: readonly QuarantineEvent[],
  entry: Pick<Quarantined, 'digest' | 'operation'>,
): boolean {
  return events.some(
    (event) =>
      event.type === 'quarantined' && event.digest === entry.digest && event.operation === entry.operation,
  );
}

/** Finds what a person means by a digest or the beginning of one; undefined when it is none, or more than one. */
export function findQuarantined(held: readonly Quarantined[], digest: string): Quarantined | undefined {
  const wanted = digest.replace(/^sha256:/, '');
  const found = held.filter((each) => each.digest.replace(/^sha256:/, '').startsWith(wanted));
  return found.length === 1 ? found[0] : undefined;
}
