import type { Logger } from 'pino';
import { commentOf, markerOf } from '../src/domain/issue/comment.ts';
import type { IssuePlace } from '../src/domain/issue/place.ts';
import { resolutionOf } from '../src/domain/issue/resolution.ts';
import type { Told } from '../src/domain/issue/told.ts';
import type { Operation } from '../src/domain/operation.ts';
import { IssueNotTold, IssueRefused } from '../src/issues/fault.ts';
import type { GithubIssues } from '../src/issues/github.ts';
import type { Issues } from '../src/ledger/issues.ts';
import { keys } from '../src/ledger/keys.ts';
import type { Leases } from '../src/ledger/leases.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import { operationsOfRounds } from '../src/ledger/operations-of-rounds.ts';

/** Whoever dies while it tells an issue keeps others from it for so long. */
const leaseMs = 5_000;
/** Milliseconds for all that GitHub is asked for at one try. */
const withinMs = 60_000;
/** A report that has not arrived for so long nobody waits for. */
const giveUpMs = 24 * 3_600_000;
const firstWaitMs = 5_000;
const mostWaitMs = 10 * 60_000;

export interface IssuesOptions {
  readonly issues: Issues;
  readonly leases: Pick<Leases, 'hold'>;
  readonly ledger: Pick<Ledger, 'operation'>;
  /** Absent: there is no token, so nobody is told anything. */
  readonly github: Pick<GithubIssues, 'comment' | 'close'> | undefined;
  /** Whether what is shown to be resolved is closed. */
  readonly close: boolean;
  readonly placeOf: (operation: Operation) => IssuePlace | undefined;
  /** Address of its thread; undefined where Slack does not tell. */
  readonly threadOf: (operation: string) => Promise<string | undefined>;
  /** Asks for the thread to be drawn again: it says what became of the comment. */
  readonly announce: (operation: string) => Promise<void>;
  readonly log: Logger;
  readonly now: () => number;
}

/** Tells issues on GitHub how the operations about them ended. */
export interface IssueTeller {
  /** Writes down that an operation which is over owes its issue a report, and tries to give it. Twice is safe. */
  ended(operation: Operation): Promise<void>;
  /** What became of it; undefined: nothing was owed. */
  told(operation: string): Promise<Told | undefined>;
  /** Makes good what a crash, or GitHub, left undone. Twice is safe. */
  sweep(): Promise<void>;
  stop(): void;
}

/**
 * What is owed stands in the ledger before the thread counts as drawn, and every worker's sweep goes through it. One
 * worker at a time tells an issue, and looks for the comment before it makes one, so a crash between any two lines is
 * made good by whoever comes next.
 */
export function issueTeller(options: IssuesOptions): IssueTeller {
  const { issues, github, log, now } = options;
  const stopping = new AbortController();
  const tell = async (id: string) => {
    const lease = { key: keys.issueLease(id), lastsMs: leaseMs, signal: stopping.signal };
    await options.leases.hold(lease, (signal) => tellOnce(id, options, signal));
  };
  const tellSoon = (id: string) => {
    tell(id).catch((error: unknown) => {
      log.debug({ err: error, operation: id }, 'issue not told');
    });
  };
  return {
    ended: async ({ id, request, phase }) => {
      // A part of other work is told by that; without a token the issue is linked, and no more.
      const owes = request.issue !== undefined && request.parent === undefined && phase === 'finished';
      if (owes && github !== undefined && (await issues.owe(id, now()))) tellSoon(id);
    },
    told: (id) => issues.read(id),
    sweep: async () => {
      if (github === undefined) return;
      for (const id of await issues.open()) await tell(id);
    },
    stop: () => {
      stopping.abort(new Error('shutdown'));
    },
  };
}

async function tellOnce(id: string, options: IssuesOptions, signal: AbortSignal): Promise<void> {
  const { issues, ledger, announce, log, now } = options;
  const operation = await ledger.operation(id);
  const before = (await issues.read(id)) ?? { kind: 'owed', since: now(), tries: 0, nextAt: 0 };
  if (operation === undefined || before.kind !== 'owed') return issues.forget(id);
  if (before.nextAt > now()) return;
  const after = await attempt(operation, before, { ...options, signal });
  await issues.write(id, after);
  const { kind, reason } = after;
  log[kind === 'told' ? 'info' : 'warn']({ operation: id, kind, reason }, 'issue');
  // Each failure that follows says nothing new.
  if (kind !== 'owed' || before.reason !== reason) await announce(id);
}

async function attempt(
  operation: Operation,
  before: Told,
  options: IssuesOptions & { readonly signal: AbortSignal },
): Promise<Told> {
  const { github, placeOf, threadOf, close, signal, now } = options;
  const { since } = before;
  const tries = before.tries + 1;
  const refused = (reason: string): Told => ({ ...before, kind: 'refused', tries, reason });
  const place = placeOf(operation);
  if (github === undefined) return refused('no token is configured any more');
  if (place === undefined) return refused('no repository on GitHub is known for it');
  const children = await operationsOfRounds(operation, options.ledger);
  const body = commentOf(operation, { thread: await threadOf(operation.id), children });
  const within = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  try {
    const url = await github.comment({ place, marker: markerOf(operation), body, since }, within);
    const told: Told = { kind: 'told', since, tries, nextAt: before.nextAt, url };
    if (!close || resolutionOf(operation).kind !== 'resolved') return told;
    try {
      await github.close(place, within);
      return { ...told, closed: true };
    } catch (error) {
      if (!(error instanceof IssueRefused)) throw error;
      return { ...told, reason: `it was not closed: ${error.message}` };
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof IssueRefused) return refused(error.message);
    const reason = error instanceof IssueNotTold ? error.message : 'GitHub did not answer in time';
    if (now() - since > giveUpMs) return refused(`${reason}, for a day`);
    const quiet = error instanceof IssueNotTold ? (error.retryAfterMs ?? 0) : 0;
    const wait = Math.max(quiet, Math.min(mostWaitMs, firstWaitMs * 2 ** Math.min(tries - 1, 20)));
    return { ...before, tries, reason, nextAt: now() + wait };
  }
}
