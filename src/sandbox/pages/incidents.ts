import type { Taken } from './answer.ts';

export const receiverNames = ['pagerduty', 'opsgenie', 'webhook'] as const;
export type ReceiverName = (typeof receiverNames)[number];

/** A request that was taken. */
export interface ReceivedPage extends Taken {
  readonly way: ReceiverName;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** One alert as people have it on one way. */
export interface Incident {
  readonly way: ReceiverName;
  readonly key: string;
  readonly state: 'open' | 'acknowledged' | 'closed';
  /** How often somebody was woken by it. */
  readonly woken: number;
}

/**
 * What requests came to. A trigger of what is open wakes nobody; one of what was closed, or never was, does. Whatever
 * else comes for what is not open is dropped: https://developer.pagerduty.com/docs/send-alert-event#alert-de-duplication
 */
export function incidentsOf(received: readonly ReceivedPage[]): readonly Incident[] {
  const incidents = new Map<string, Incident>();
  for (const { way, key, action } of received) {
    const id = JSON.stringify([way, key]);
    const before = incidents.get(id);
    const isOpen = before !== undefined && before.state !== 'closed';
    if (action === 'trigger' && !isOpen)
      incidents.set(id, { way, key, state: 'open', woken: (before?.woken ?? 0) + 1 });
    else if (action !== 'trigger' && isOpen)
      incidents.set(id, { ...before, state: action === 'resolve' ? 'closed' : 'acknowledged' });
  }
  return [...incidents.values()];
}
