import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import { expect, inject, vi } from 'vitest';
import type { ControlKind } from '../../src/domain/events.ts';
import { type Child, startChild } from '../../src/sandbox/demo/child.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import type { Ephemeral, SandboxEvent, StoredMessage } from '../../src/sandbox/slack/index.ts';
import { actionsOf } from './buttons.ts';
import { allowedBySlack, changedConfig, unhurriedBySlack, withoutValidation } from './example.ts';
import { terraformProgram } from './terraform.ts';
import { type Thread, threadIn } from './thread.ts';

export { changedConfig, withoutValidation, withRollout } from './example.ts';

export const people = {
  developer: 'U0DEVELOPER',
  reviewer: 'U0REVIEWER',
  operator: 'U0OPERATOR',
  guest: 'U0GUEST',
} as const;
export const deploys = 'C0DEPLOYS';

type Verb = 'start' | 'bot' | 'worker';

/** The whole of slipway with its stand-ins, as processes that can be killed. */
export interface World extends Sandbox {
  /**
   * Starts a process of slipway; it is killed at the end if it still runs.
   * @param aheadMs by how much it believes to be later than it is. Default 0.
   */
  start(verb: Verb, aheadMs?: number): Promise<Child>;
  /** Types a command in #deploys. */
  type(text: string, user?: string): Promise<void>;
  /** Does it, and waits for the private answer to that person. */
  answered(user: string, act: () => Promise<unknown>): Promise<Ephemeral>;
  /** Types a command in #deploys, and waits for the private answer. */
  asked(text: string, user?: string): Promise<Ephemeral>;
  /** Waits until `look` sees something; it looks whenever anything happens in Slack. */
  until<Value>(look: () => Value | undefined): Promise<Value>;
  /** Waits until so many calls of a held method have come; by default one or more. */
  held(method: string, calls?: number): Promise<void>;
  thread(operation: string): Thread;
  /** Waits for the root that asks for an approval, and for the reply that says for what. */
  approvalAsked(operation: string): Promise<StoredMessage>;
  /** Waits for the last message of an operation and for a root that says the same. */
  ended(operation: string): Promise<Thread>;
  /** The last lines that each process wrote. */
  logs(): string;
  /** What Slack shows at the end, and the last lines that each process wrote, for who looks into a failure. */
  remains(): string;
}

/** Not a limit to pass: it ends what hangs, before the test is ended without a word. */
export const patience = { timeout: 100_000 };

/**
 * A start is a second of CPU. Where all stories of a file start at once, nobody is heard for half a minute, and people
 * are told that Redis or Slack is away, as they would be.
 */
const oneByOne = pLimit(1);

/** Stand-ins run 20 times faster than the demo. */
const pace = 0.05;

export interface WorldOptions {
  /** Changes the example configuration. */
  readonly config?: (yaml: string) => string;
  /** More variables of the processes. */
  readonly environment?: Readonly<Record<string, string>>;
  /** So many times what Slack allows is there, and what slipway takes. Default: no limit. */
  readonly slackTimes?: number;
  /** Another cloud than that of the demo. */
  readonly cloud?: SandboxOptions['cloud'];
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { config, environment: more, slackTimes, cloud = {} } = options;
  const slackLimits = slackTimes === undefined ? 'off' : { times: slackTimes };
  const allowed = slackTimes === undefined ? unhurriedBySlack : allowedBySlack(48 * slackTimes);
  const program = inject('program');
  const terraform = terraformProgram();
  const sandbox = await oneByOne(() => startSandbox({ pace, slackLimits, terraform, cloud }));
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-world-'));
  // Holding connections takes its time: only the stories of validation have one.
  const environment = {
    ...sandbox.environment,
    ...more,
    SLIPWAY_CONFIG: changedConfig(folder, (yaml) => allowed((config ?? withoutValidation)(yaml))),
  };
  const children: Child[] = [];
  const logFiles: string[] = [];
  const logs = () => logFiles.map(endOf).join('\n');
  const { slack } = sandbox;
  const thread = (operation: string) => threadIn(slack.messages(deploys), operation);
  const until = async <Value>(look: () => Value | undefined) =>
    untilSeen(look, (hear) => slack.subscribe(hear));
  const answered = async (user: string, act: () => Promise<unknown>) => {
    const heard = slack.ephemerals().length;
    await act();
    return until(() =>
      slack
        .ephemerals()
        .slice(heard)
        .find((each) => each.user === user),
    );
  };
  const type = async (text: string, user: string = people.developer) => {
    const { outcome } = await slack.command({ user, channel: deploys, text });
    if (outcome !== 'acked') throw new Error(`${text} was not heard: ${outcome}`);
  };
  return {
    ...sandbox,
    environment,
    start: async (verb, aheadMs = 0) => {
      const logFile = path.join(folder, `${logFiles.length + 1}-${verb}.log`);
      logFiles.push(logFile);
      const options = { program: [...clockAhead(aheadMs), ...program], verb, environment, logFile };
      const child = await oneByOne(() => startChild(options));
      children.push(child);
      return child;
    },
    type,
    answered,
    asked: (text, user = people.developer) => answered(user, () => type(text, user)),
    until,
    held: async (method, calls) =>
      vi.waitFor(() => {
        const held = sandbox.cloud.faults.held(method);
        expect(held).toBeGreaterThanOrEqual(1);
        if (calls !== undefined) expect(held).toBe(calls);
      }, patience),
    thread,
    approvalAsked: (operation) =>
      until(() => {
        const { roots, order } = thread(operation);
        const asks = roots[0] !== undefined && actionsOf(roots[0]).includes('approve');
        return asks && order.includes('approval') ? roots[0] : undefined;
      }),
    ended: (operation) =>
      until(() => {
        const seen = thread(operation);
        const over = seen.order.includes('report') && seen.state !== 'running' && seen.state !== 'queued';
        return over ? seen : undefined;
      }),
    stop: async () => {
      await Promise.all(children.map((child) => child.killed()));
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    logs,
    remains: () => `${slack.messages(deploys).slice(-12).map(textOf).join('\n\n')}\n\n${logs()}`,
  };
}

/** A person clicks, whether or not the thread has got to the button. */
export async function clickUnseen(world: World, operation: string, control: ControlKind): Promise<void> {
  const { ts } = await world.until(() => world.thread(operation).roots[0]);
  const button = { actionId: control, stale: true, value: JSON.stringify({ operation }) };
  const { outcome } = await world.slack.click({ user: people.developer, channel: deploys, ts, ...button });
  expect(outcome).toBe('acked');
}

const textOf = ({ text }: StoredMessage) => text;

/** Arguments of Node for a process to which it is so much later. What counts time, such as a delay, it does not touch. */
function clockAhead(ms: number): readonly string[] {
  const script = `
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) { if (given.length === 0) super(Real.now() + ${ms}); else super(...given); }
      static now() { return Real.now() + ${ms}; }
    };`;
  return ms === 0 ? [] : ['--import', `data:text/javascript,${encodeURIComponent(script)}`];
}

function endOf(logFile: string): string {
  return `${path.basename(logFile)}:\n${readFileSync(logFile, 'utf8').trim().split('\n').slice(-40).join('\n')}`;
}

/** Looks at once and after every event; where it sees nothing for long, it says so at the line that waits. */
async function untilSeen<Value>(
  look: () => Value | undefined,
  subscribe: (hear: (event: SandboxEvent) => void) => () => void,
): Promise<Value> {
  const first = look();
  if (first !== undefined) return first;
  const notSeen = new Error(`What the story waits for was not seen in ${patience.timeout / 1000} s.`);
  return new Promise<Value>((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      leave();
      settle();
    };
    const timer = setTimeout(() => {
      end(() => {
        reject(notSeen);
      });
    }, patience.timeout);
    const leave = subscribe(() => {
      try {
        const seen = look();
        if (seen !== undefined)
          end(() => {
            resolve(seen);
          });
      } catch (error) {
        end(() => {
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      }
    });
  });
}
