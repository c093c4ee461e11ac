import type { Logger } from 'pino';
import type { Page, PageWayKind, Teams } from '../src/domain/page/page.ts';
import type { PageOutcome, Pages, WaitingPage } from '../src/ledger/pages.ts';
import { PageRefused } from '../src/pages/pager.ts';
import type { PagerOf } from '../src/pages/pagers.ts';
import type { PageQueue } from '../src/queue/pages.ts';

/** A page that has not arrived for so long would wake somebody for what is long past. */
const giveUpMs = 24 * 3_600_000;

/** Tells people that a page did not arrive and will not. Twice is safe. @throws when it is worth another try */
export type TellFailed = (page: Page, way: PageWayKind, reason: string) => Promise<void>;

export interface PageOptions {
  readonly pages: Pages;
  readonly pagerOf: PagerOf;
  readonly tellFailed: TellFailed;
  readonly log: Logger;
  readonly now: () => number;
}

/**
 * Delivers what waits in a line, in order. Twice is safe: whoever is paged knows a page by its key.
 * @throws whatever is worth another try, and the signal's reason when that aborts
 */
export async function deliverLine(line: string, options: PageOptions, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const waiting = await options.pages.next(line);
    if (waiting === undefined) return;
    const outcome = await deliver(waiting, options, signal);
    await options.pages.done(line, waiting, outcome);
    note(waiting, outcome, options.log);
  }
}

async function deliver(
  waiting: WaitingPage,
  { pages, pagerOf, tellFailed, now }: PageOptions,
  signal: AbortSignal,
): Promise<PageOutcome> {
  const { page, way, requestedAt } = waiting;
  const failed = async (kind: 'refused' | 'given-up' | 'gone', reason: string): Promise<PageOutcome> => {
    await tellFailed(page, way, reason);
    return { kind, at: now(), reason };
  };
  const pager = pagerOf(page.team, way);
  if (pager === undefined) return failed('gone', `slipway.yaml has no ${way} for ${page.team} any more`);
  if (now() - requestedAt > giveUpMs) return failed('given-up', 'it could not be delivered for a day');
  try {
    await pager.send(page, { again: await pages.trying(waiting), signal });
  } catch (error) {
    if (!(error instanceof PageRefused)) throw error;
    return failed('refused', error.message);
  }
  return { kind: 'delivered', at: now() };
}

function note({ page, way, requestedAt }: WaitingPage, { kind, at, reason }: PageOutcome, log: Logger): void {
  const { team, action, dedupKey } = page;
  const facts = { team, way, action, dedupKey, tookMs: at - requestedAt };
  if (kind === 'delivered') log.info(facts, 'page delivered');
  else log.error({ ...facts, outcome: kind, reason }, 'page not delivered');
}

export interface Paging {
  readonly teams: Teams;
  readonly pages: Pick<Pages, 'request'>;
  readonly queue: Pick<PageQueue, 'deliver'>;
  readonly now: () => number;
}

/**
 * Pages a team, on all its ways. Twice is safe: the same page, with the same beginning of its alert, is sent once. A
 * crash in between is made good by the sweep.
 * @returns false when there is no such team
 */
export async function requestPage(page: Page, { teams, pages, queue, now }: Paging): Promise<boolean> {
  const ways = Object.hasOwn(teams, page.team) ? teams[page.team] : undefined;
  if (ways === undefined) return false;
  const kinds = ways.map(({ kind }) => kind).filter((kind) => kind !== 'slack' || page.action === 'trigger');
  const lines = await pages.request({ page, ways: kinds, now: now() });
  await Promise.all(lines.map((line) => queue.deliver(line)));
  return true;
}
