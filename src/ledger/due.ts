import type { AlertStore } from '../domain/alert/store.ts';
import {
  alertRootId,
  readAlertId,
  readSightId,
  readStormId,
  sightRootId,
  stormRootId,
} from '../domain/alert/thread.ts';
import type { Sights } from './sights.ts';
import type { Storms } from './storms.ts';
import type { ThreadNotes } from './thread-notes.ts';

export interface DueSources {
  readonly notes: Pick<ThreadNotes, 'dueAt'>;
  readonly alerts: Pick<AlertStore, 'alert'>;
  readonly storms: Pick<Storms, 'of'>;
  readonly sights: Pick<Sights, 'of'>;
}

/**
 * When the root of a thread may be updated next, milliseconds since 1970; a time in the past, or 0, means now. Alerts,
 * digests and blind probers are asked for without the number of their root.
 */
export async function dueAt(id: string, { notes, alerts, storms, sights }: DueSources): Promise<number> {
  const named = readAlertId(id);
  if (named !== undefined) {
    const alert = await alerts.alert(named.key);
    return alert === undefined ? 0 : notes.dueAt(alertRootId(alert));
  }
  const blind = readSightId(id);
  if (blind !== undefined) {
    const known = await sights.of(blind);
    return known === undefined ? 0 : notes.dueAt(sightRootId(blind, known.began));
  }
  const environment = readStormId(id);
  if (environment === undefined) return notes.dueAt(id);
  const storm = await storms.of(environment);
  return storm === undefined ? 0 : notes.dueAt(stormRootId(environment, storm.began));
}
