import type { Symptom } from './round.ts';

/** What is done about a symptom that is too frequent. */
export interface AlertRule {
  readonly symptom: Symptom;
  /** Share of samples above which it fires, 0 to 1; of `serverErrors` above what was usual before. */
  readonly limit: number;
  /** Name of the team to page. Absent: the thread is all. */
  readonly page?: string | undefined;
  /** Whether users are taken back when a deploy of this target ended within the watch window. */
  readonly rollback: boolean;
  /** Only says what it would have done. */
  readonly dryRun: boolean;
}

/** How an environment is watched. */
export interface MonitorPolicy {
  /** Whether it is watched without being asked. */
  readonly on: boolean;
  /** Milliseconds from round to round. Default 10 s. */
  readonly everyMs: number;
  /** Milliseconds after a deploy in which it is taken back when a rule says so. Default 10 min. */
  readonly watchMs: number;
  /** Milliseconds until a page that nobody acknowledged goes to `escalateTo`. Default 10 min. */
  readonly escalateMs: number;
  /** Team that is paged when nobody acknowledges. */
  readonly escalateTo?: string | undefined;
  readonly rules: readonly AlertRule[];
  /** What keeps rules quiet. */
  readonly mute: readonly ('lock' | 'freeze')[];
}

/** Who is paged where the configuration names nobody; a team that is not configured is not paged. */
export const defaultPages: Readonly<Record<Symptom, string>> = {
  connectionFailures: 'operations',
  handshakeFailures: 'operations',
  serverErrors: 'operations',
  timeouts: 'infrastructure',
  journeys: 'business',
};

const usual = { dryRun: false, rollback: false } as const;

/** What an environment is watched by when somebody asks and nothing is configured. */
export const defaultPolicy: MonitorPolicy = {
  on: false,
  everyMs: 10_000,
  watchMs: 10 * 60_000,
  escalateMs: 10 * 60_000,
  rules: [
    { ...usual, symptom: 'connectionFailures', limit: 0.05, page: defaultPages.connectionFailures },
    {
      ...usual,
      symptom: 'handshakeFailures',
      limit: 0.1,
      page: defaultPages.handshakeFailures,
      rollback: true,
    },
    { ...usual, symptom: 'serverErrors', limit: 0.2, page: defaultPages.serverErrors, rollback: true },
    { ...usual, symptom: 'timeouts', limit: 0.05, page: defaultPages.timeouts },
    { ...usual, symptom: 'journeys', limit: 0.05, page: defaultPages.journeys },
  ],
  mute: [],
};

/** What is known of a service beside how it runs: told where it fails. */
export interface ServiceCard {
  /** Slack user (`U…`), user group (`S…`), or a name. */
  readonly owner?: string | undefined;
  /** 1 is what the business cannot do without. */
  readonly tier?: number | undefined;
  /** What its failure costs, in one line. */
  readonly impact?: string | undefined;
  /** `https://…` */
  readonly runbook?: string | undefined;
}
