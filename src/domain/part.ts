import type { Event, EventOf } from './events.ts';

type Requested = EventOf<'requested'>;
export type Part = NonNullable<Requested['parts']>[number];

/** The request of one of several services, as if it had been asked for alone. */
export function asOne({ parts: _, ...requested }: Requested, { service, plan }: Part): Requested {
  return { ...requested, services: [service], plan };
}

/** What an event means to the whole of several services: a failure of one of them is one of all. */
export function ofWhole(event: Event): Event | undefined {
  return serviceOf(event) === undefined || event.type === 'step-failed' ? event : undefined;
}

/** What an event means to one of several services: undefined when it is about another one. */
export function ofPart({ service }: Part): (event: Event) => Event | undefined {
  return (event) => {
    if (event.type === 'approval-requested') {
      const own = event.shown.each?.find((shown) => shown.service === service);
      return { ...event, shown: own ?? event.shown };
    }
    const about = serviceOf(event);
    return about === undefined || about === service ? event : undefined;
  };
}

function serviceOf(event: Event): string | undefined {
  return 'service' in event ? event.service : undefined;
}

/**
 * Every service whose users are moved before those of this one, also through others: with auth between them, frontend
 * comes after backend even where these two alone are deployed. A service in its own list comes before itself.
 */
export function allBefore(
  service: string,
  after: Readonly<Record<string, readonly string[]>>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (name: string): void => {
    for (const before of after[name] ?? []) {
      if (found.has(before)) continue;
      found.add(before);
      look(before);
    }
  };
  look(service);
  return found;
}
