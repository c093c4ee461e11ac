/** Names of the ledger's keys. BullMQ keeps its own under `{slipway}:<queue>:`. */
export const prefix = '{slipway}:ledger:';

export const keys = {
  /** Unfinished operations, scored by the time of their request. */
  open: `${prefix}open`,
  /** Operations, as `alert:<key>` alerts and as `sight:<environment>` blind probers, whose thread is behind their events. */
  undrawn: `${prefix}undrawn`,
  number: (environment: string) => `${prefix}number:${environment}`,
  request: (id: string) => `${prefix}request:${id}`,
  events: (id: string) => `${prefix}events:${id}`,
  fence: (id: string) => `${prefix}fence:${id}`,
  /** Operations of one target, oldest first: the head holds the lease. */
  queue: (target: string) => `${prefix}queue:${target}`,
  /** The operation of a target that was asked for last. */
  last: (target: string) => `${prefix}last:${target}`,
  /** Operations that were to change a target, newest first. */
  recent: (target: string) => `${prefix}recent:${target}`,
  /** The last validation of a target. */
  validated: (target: string) => `${prefix}validated:${target}`,
  /** Revisions that served a target well, newest first. */
  served: (target: string) => `${prefix}served:${target}`,
  /** How long the last operations of a kind on the same services took, newest first. */
  durations: (what: string) => `${prefix}durations:${what}`,
  thread: (id: string) => `${prefix}thread:${id}`,
  /** The operation of a thread, by `<channel>/<ts>` of its root. */
  root: (message: string) => `${prefix}root:${message}`,
  /** Who locked and unlocked an environment. */
  lock: (environment: string) => `${prefix}lock:${environment}`,
  /** The messages that say that a lock of an environment holds, by when it was set. */
  lockNotices: (environment: string) => `${prefix}lock-notices:${environment}`,
  /** The newest storm of an environment: alerts that one digest tells together. */
  storm: (environment: string) => `${prefix}storm:${environment}`,
  /** When whoever looks at an environment saw nothing through a fault of its own. */
  sight: (environment: string) => `${prefix}sight:${environment}`,
  /** What became of one symptom of one target. */
  alert: (key: string) => `${prefix}alert:${key}`,
  /** Alerts that are not over, or whose end somebody has yet to be told. */
  unsettledAlerts: `${prefix}unsettled-alerts`,
  /** What became of the comment of an operation on its issue. */
  issue: (id: string) => `${prefix}issue:${id}`,
  /** Operations whose issue has yet to be told. */
  issuesOpen: `${prefix}issues-open`,
  /** The worker that tells the issue of an operation now. */
  issueLease: (id: string) => `${prefix}issue-lease:${id}`,
  /** Images of a service that were taken back from users. */
  quarantine: (service: string) => `${prefix}quarantine:${service}`,
  /** Lines that hold a page which has not arrived. */
  pagesOpen: `${prefix}pages-open`,
  /** Pages that have not arrived, oldest first, by id: of one alert, to one team, on one way. */
  pageLine: (line: string) => `${prefix}page-line:${line}`,
  /** Until when, by its own times, the alert of a line is known to be over. */
  pageOver: (line: string) => `${prefix}page-over:${line}`,
  /** What was asked for, how often it was tried, and what became of it. */
  page: (id: string) => `${prefix}page:${id}`,
  /** What was applied to the infrastructure of an environment. */
  infrastructure: (environment: string) => `${prefix}infrastructure:${environment}`,
  /** Images that were deployed to a target and found well. */
  proved: (target: string) => `${prefix}proved:${target}`,
  /** Who opened the Home tab, by when. */
  homeViewers: `${prefix}home-viewers`,
  /** Counts changes of what it shows. */
  homeVersion: `${prefix}home-version`,
  /** What it shows each of them. */
  homeShown: `${prefix}home-shown`,
  /** Who started and stopped watching an environment. */
  watching: (environment: string) => `${prefix}watching:${environment}`,
  /** The worker that makes a round of an environment now. */
  roundLease: (environment: string) => `${prefix}round-lease:${environment}`,
  /** What was measured of a target, a day of rounds. */
  rounds: (target: string) => `${prefix}rounds:${target}`,
  /** The same by minutes, for 30 days. */
  minutes: (target: string) => `${prefix}minutes:${target}`,
} as const;
