import { randomUUID } from 'node:crypto';
import type { Config } from './config/index.ts';
import type { Page, PageWayKind } from './domain/page/page.ts';
import { PageNotTaken, PageRefused, type Pager } from './pages/pager.ts';
import { pagersOf } from './pages/pagers.ts';
import { connectSlack } from './slack/client.ts';
import { SlackPages } from './slack/page.ts';
import { makeLog } from './telemetry/log.ts';

export interface Tested {
  readonly way: PageWayKind;
  /** What is wrong, in words without a secret; undefined when all is well. */
  readonly problem?: string | undefined;
}

/** Sends a trigger and its resolution to each way of a team, once: whoever tests wants to hear what is wrong now. */
export async function* testPage(team: string, config: Config): AsyncGenerator<Tested> {
  // A line of a client would stand among those of the test; its errors are told as problems.
  const client = connectSlack(config.slack, makeLog({ level: 'silent', name: 'page' }));
  const slack = new SlackPages({ client, placeOf: () => Promise.resolve({ channel: config.channel }) });
  const pagerOf = pagersOf(config.teams, ({ mention }) => slack.pager(mention));
  const trigger = testOf(team);
  for (const { kind: way } of config.teams[team] ?? []) {
    const pager = pagerOf(team, way);
    if (pager !== undefined) yield { way, problem: await problemOf(pager, trigger) };
  }
}

function testOf(team: string): Page {
  return {
    dedupKey: `slipway-test/${team}/${randomUUID()}`,
    action: 'trigger',
    team,
    summary: `A test of the pages to ${team}. Nothing is wrong, and nothing has to be done.`,
    source: 'slipway page test',
    severity: 'info',
    at: Date.now(),
    details: {},
    links: [],
  };
}

async function problemOf(pager: Pager, trigger: Page): Promise<string | undefined> {
  try {
    await pager.send(trigger);
  } catch (error) {
    return wordsOf(error);
  }
  try {
    await pager.send({ ...trigger, action: 'resolve' });
    return undefined;
  } catch (error) {
    return `the test arrived and is open, close it by hand: ${wordsOf(error)}`;
  }
}

function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof PageRefused) return `refused: ${message}`;
  return error instanceof PageNotTaken ? `not taken: ${message}` : `failed: ${message}`;
}
