import type { Alert } from './alert.ts';

const ofAlerts = 'alert:';
const ofStorms = 'storm:';
const ofSights = 'sight:';

/** Under this name the thread of an alert is asked for and marked as undrawn, whichever of its threads is the newest. */
export function alertThreadId(key: string): string {
  return `${ofAlerts}${key}`;
}

/** One thread of it, in the notes and in the stamps of its messages: a new thread is a new root. */
export function alertRootId({ key, thread }: Pick<Alert, 'key' | 'thread'>): string {
  return `${alertThreadId(key)}#${thread}`;
}

/** The alert that such a name stands for, and which of its threads where that is named. */
export function readAlertId(
  id: string,
): { readonly key: string; readonly thread?: number | undefined } | undefined {
  if (!id.startsWith(ofAlerts)) return undefined;
  const [key = '', thread] = id.slice(ofAlerts.length).split('#');
  return thread === undefined ? { key } : { key, thread: Number(thread) };
}

/** Under this name the digest of an environment is asked for. */
export function stormThreadId(environment: string): string {
  return `${ofStorms}${environment}`;
}

/** One digest, in the notes and in the stamps. */
export function stormRootId(environment: string, began: number): string {
  return `${stormThreadId(environment)}#${began}`;
}

/** The environment that such a name stands for. */
export function readStormId(id: string): string | undefined {
  return id.startsWith(ofStorms) ? id.slice(ofStorms.length).split('#')[0] : undefined;
}

/** Under this name what an environment is told of a prober that sees nothing is asked for and marked as undrawn. */
export function sightThreadId(environment: string): string {
  return `${ofSights}${environment}`;
}

/** One of its threads, in the notes and in the stamps. */
export function sightRootId(environment: string, began: number): string {
  return `${sightThreadId(environment)}#${began}`;
}

/** The environment that such a name stands for. */
export function readSightId(id: string): string | undefined {
  return id.startsWith(ofSights) ? id.slice(ofSights.length).split('#')[0] : undefined;
}
