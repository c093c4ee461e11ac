/** Names of the ledger's keys. BullMQ keeps its own under `{slipway}:<queue>:`. */
export const prefix = '{slipway}:ledger:';

export const keys = {
  /** Unfinished operations, scored by the time of their request. */
  open: `${prefix}open`,
  /** Operations, and as `alert:<key>` alerts, whose thread is behind their events. */
  undrawn: `${prefix}undrawn`,
  number: (environment: string) => `${prefix}number:${environment}`,
  request: (id: string) => `${prefix}request:${id}`,
  events: (id: string) => `${prefix}events:${id}`,
  fence: (id: string) => `${prefix}fence:${id}`,
  /** Operations of one target, oldest first: the head holds the lease. */
  queue: (target: string) => `${prefix}queue:${target}`,
  /** The last validation of a target. */
  validated: (target: string) => `${prefix}validated:${target}`,
  /** Revisions that served a target well, newest first. */
  served: (target: string) => `${prefix}served:${target}`,
  thread: (id: string) => `${prefix}thread:${id}`,
  /** The operation of a thread, by `<channel>/<ts>` of its root. */
  root: (message: string) => `${prefix}root:${message}`,
  /** Who locked and unlocked an environment. */
  lock: (environment: string) => `${prefix}lock:${environment}`,
  /** The messages that say that a lock of an environment holds, by when it was set. */
  lockNotices: (environment: string) => `${prefix}lock-notices:${environment}`,
  /** What became of one symptom of one target. */
  alert: (key: string) => `${prefix}alert:${key}`,
  /** Alerts that are not over, or whose end somebody has yet to be told. */
  unsettledAlerts: `${prefix}unsettled-alerts`,
  /** Images of a service that were taken back from users. */
  quarantine: (service: string) => `${prefix}quarantine:${service}`,
  /** Images that were deployed to a target and found well. */
  proved: (target: string) => `${prefix}proved:${target}`,
} as const;
