import type { Logger } from 'pino';
import type { AlertStore } from '../../domain/alert/store.ts';
import type { MonitorRound } from '../../domain/monitor/round.ts';
import type { MonitorStore } from '../../domain/monitor/store.ts';
import type { CloudRun } from '../../cloud/run.ts';
import type { PastDurations } from '../../ledger/durations.ts';
import type { HomeNotes } from '../../ledger/home-notes.ts';
import type { TargetName } from '../../domain/request/catalog.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/locks.ts';
import type { ProvedImages } from '../../ledger/proved.ts';
import type { Quarantine } from '../../ledger/quarantine.ts';
import type { Served } from '../../ledger/served.ts';
import type { ThreadNotes } from '../../ledger/thread-notes.ts';
import type { HomeQueue } from '../../queue/home.ts';
import type { Producer } from '../../queue/producer.ts';
import type { StatusSources } from '../../status/gather.ts';
import type { Approvers } from '../approvers.ts';
import type { Names } from '../names.ts';

/** What the listeners of the bot work with. */
export interface Intake
  extends Pick<StatusSources, 'catalog' | 'targetOf' | 'validations' | 'threadOf' | 'sights'> {
  readonly ledger: Ledger;
  readonly locks: Locks;
  readonly durations: Pick<PastDurations, 'usual'>;
  readonly quarantine: Quarantine;
  readonly proved: ProvedImages;
  readonly served: Pick<Served, 'list'>;
  readonly alerts: Pick<AlertStore, 'alert' | 'open' | 'change'>;
  readonly monitors: MonitorStore;
  readonly rounds: StatusSources['rounds'] & {
    /** From this time on, milliseconds since 1970; oldest first. */
    since(target: TargetName, fromMs: number): Promise<readonly MonitorRound[]>;
    /** Minutes between two times, milliseconds since 1970; oldest first. */
    minutes(target: TargetName, fromMs: number, toMs: number): Promise<readonly MonitorRound[]>;
  };
  /** Whom a page of this team mentions in Slack: ids of people and of groups; none for a team that is not configured. */
  readonly mentionedOf: (team: string) => readonly string[];
  readonly notes: Pick<ThreadNotes, 'operationAt'>;
  readonly producer: Producer;
  readonly home: Pick<HomeQueue, 'open' | 'changed'>;
  readonly homeNotes: Pick<HomeNotes, 'opened'>;
  readonly approvers: Approvers;
  readonly names: Names;
  /** Reads only: the bot changes nothing in the cloud. */
  readonly run: Pick<CloudRun, 'service' | 'revision' | 'history'>;
  readonly log: Logger;
  readonly now: () => number;
}

/** People get an answer within Slack's 3 s even when Redis does not give one. */
const patienceMs = 2_000;

export type Kept<Value> =
  | { readonly kind: 'kept'; readonly value: Value }
  | { readonly kind: 'unavailable'; readonly cause: unknown };

/** Waits for the ledger or for Slack, but not longer than a person would. */
export async function withinPatience<Value>(work: Promise<Value>, ms = patienceMs): Promise<Kept<Value>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${ms} ms`));
    }, ms);
  });
  try {
    return { kind: 'kept', value: await Promise.race([work, late]) };
  } catch (cause) {
    return { kind: 'unavailable', cause };
  } finally {
    clearTimeout(timer);
  }
}
