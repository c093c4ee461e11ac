import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { type Child, startChild } from '../../src/sandbox/demo/child.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import type { SandboxEvent, StoredMessage } from '../../src/sandbox/slack/index.ts';

const root = path.resolve(import.meta.dirname, '../..');
const program = ['--import', 'tsx', path.join(root, 'src/cli.ts')];

export const people = {
  developer: 'U0DEVELOPER',
  reviewer: 'U0REVIEWER',
  operator: 'U0OPERATOR',
  guest: 'U0GUEST',
} as const;
export const deploys = 'C0DEPLOYS';

/** The whole of slipway with its stand-ins, as processes that can be killed. */
export interface World extends Sandbox {
  /** Starts a process of slipway; it is killed at the end if it still runs. */
  start(verb: 'start' | 'bot' | 'worker', more?: Readonly<Record<string, string>>): Promise<Child>;
  /** Types a command in #deploys. */
  type(text: string, user?: string): Promise<void>;
  /** Waits until `look` sees something; it looks whenever anything happens in Slack. */
  until<Value>(look: () => Value | undefined): Promise<Value>;
  thread(operation: string): Thread;
  /** Waits for the last message of an operation and for a root that says the same. */
  ended(operation: string): Promise<Thread>;
}

/** What Slack shows of one operation. */
export interface Thread {
  readonly roots: readonly StoredMessage[];
  readonly replies: readonly StoredMessage[];
  /** Names of the replies in the order in which they were posted. */
  readonly order: readonly string[];
  readonly state: string | undefined;
  text(message: string): string;
}

/** Stand-ins run 20 times faster than the demo. */
const pace = 0.05;

export interface WorldOptions {
  /** Changes the example configuration. */
  readonly config?: (yaml: string) => string;
}

export async function startWorld({ config }: WorldOptions = {}): Promise<World> {
  const sandbox = await startSandbox({ pace });
  // Holding connections takes its time: only the stories of validation have one.
  const configured = { SLIPWAY_CONFIG: changedConfig(config ?? withoutValidation) };
  const children: Child[] = [];
  const { slack } = sandbox;
  const thread = (operation: string) => threadIn(slack.messages(deploys), operation);
  const until = async <Value>(look: () => Value | undefined) =>
    untilSeen(look, (hear) => slack.subscribe(hear));
  return {
    ...sandbox,
    start: async (verb, more = {}) => {
      const environment = { ...sandbox.environment, ...configured, ...more };
      const child = await startChild({ program, verb, environment });
      children.push(child);
      return child;
    },
    type: async (text, user = people.developer) => {
      const { outcome } = await slack.command({ user, channel: deploys, text });
      if (outcome !== 'acked') throw new Error(`${text} was not heard: ${outcome}`);
    },
    until,
    thread,
    ended: (operation) =>
      until(() => {
        const seen = thread(operation);
        const over = seen.order.includes('report') && seen.state !== 'running' && seen.state !== 'queued';
        return over ? seen : undefined;
      }),
    stop: async () => {
      await Promise.all(children.map((child) => child.killed()));
      await sandbox.stop();
    },
  };
}

/** The example without what a validation asks for. */
export function withoutValidation(yaml: string): string {
  const document = parse(yaml) as { services: Record<string, object>; environments: Record<string, object> };
  for (const part of [...Object.values(document.services), ...Object.values(document.environments)])
    Reflect.deleteProperty(part, 'validation');
  return stringify(document);
}

/** The example with a change, as a file of its own. */
export function changedConfig(change: (yaml: string) => string): string {
  const example = readFileSync(path.join(root, 'examples/slipway.yaml'), 'utf8');
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'slipway-config-')), 'slipway.yaml');
  writeFileSync(file, change(example));
  return file;
}

/** Looks at once and after every event; no time is waited. */
async function untilSeen<Value>(
  look: () => Value | undefined,
  subscribe: (hear: (event: SandboxEvent) => void) => () => void,
): Promise<Value> {
  const first = look();
  if (first !== undefined) return first;
  return new Promise<Value>((resolve, reject) => {
    const leave = subscribe(() => {
      try {
        const seen = look();
        if (seen === undefined) return;
        leave();
        resolve(seen);
      } catch (error) {
        leave();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

interface Stamp {
  readonly operation: string;
  readonly message: string;
  readonly state: string;
}

function stampOf(message: StoredMessage): Stamp | undefined {
  return message.metadata?.event_payload as Stamp | undefined;
}

function threadIn(messages: readonly StoredMessage[], operation: string): Thread {
  const own = messages.filter((message) => stampOf(message)?.operation === operation);
  const roots = own.filter((message) => stampOf(message)?.message === 'root');
  const replies = own.filter((message) => stampOf(message)?.message !== 'root');
  const [root] = roots;
  return {
    roots,
    replies,
    order: replies.map((reply) => stampOf(reply)?.message ?? ''),
    state: root === undefined ? undefined : stampOf(root)?.state,
    text: (name) => own.find((message) => stampOf(message)?.message === name)?.text ?? '',
  };
}
