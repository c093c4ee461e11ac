import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { colors } from './colors.ts';
import { type Sandbox, startSandbox } from '../index.ts';
import { type Child, startChild } from './child.ts';
import { Player } from './player.ts';
import { Terminal } from './terminal.ts';
import { showThreads } from './thread-view.ts';

export interface DemoOptions {
  /** What is typed in Slack first. */
  readonly command: string;
  /** End with the operation instead of waiting for more. */
  readonly once: boolean;
  /** Multiplies the durations of the stand-in cloud. */
  readonly pace: number;
}

/**
 * Plays slipway against stand-ins, with the real bot and worker in a process of their own.
 * @returns the exit code: 0 succeeded, 1 anything else.
 */
export async function demo(options: DemoOptions): Promise<number> {
  const terminal = new Terminal(process.stdout);
  terminal.line(colors.bold('slipway demo'));
  terminal.activity('starting Redis and the stand-ins for Slack and Google Cloud');
  const sandbox = await startSandbox({
    pace: options.pace,
    say: (line) => {
      terminal.line(`  ${line}`);
    },
  });
  try {
    return await playChild(terminal, sandbox, options);
  } catch (error) {
    terminal.activity(undefined);
    terminal.line(colors.red(error instanceof Error ? error.message : String(error)));
    return 1;
  } finally {
    await sandbox.stop();
  }
}

/** The log goes with the process, unless that ended by itself: then it is what explains it. */
async function playChild(terminal: Terminal, sandbox: Sandbox, options: DemoOptions): Promise<number> {
  terminal.activity('starting the bot and a worker');
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-log-'));
  let died = false;
  try {
    const child = await startChild({
      program: [...process.execArgv, process.argv[1] ?? ''],
      verb: 'start',
      environment: sandbox.environment,
      logFile: path.join(folder, 'start.log'),
    });
    terminal.activity(undefined);
    announce(terminal, sandbox, child);
    try {
      const ending = await play(terminal, { sandbox, child, options });
      died = ending.died;
      return ending.code;
    } finally {
      terminal.activity(undefined);
      child.kill('SIGTERM');
      await child.ended;
    }
  } finally {
    if (!died) rmSync(folder, { recursive: true, force: true });
  }
}

function announce(terminal: Terminal, { redis, slack, cloud }: Sandbox, child: Child): void {
  terminal.line(`  Redis         ${redis.url} (private, gone at the end)`);
  terminal.line(`  Google Cloud  ${cloud.endpoint} (a stand-in)`);
  terminal.line(`  Slack         ${colors.underline(slack.pageUrl)} (a stand-in: open it in a browser)`);
  terminal.line(`  slipway       process ${child.pid}, log ${child.logFile}`);
}

interface Play {
  readonly sandbox: Sandbox;
  readonly child: Child;
  readonly options: DemoOptions;
}

interface Ending {
  readonly code: number;
  /** Whether the process ended by itself. */
  readonly died: boolean;
}

/** @returns when the operation ended (`once`), the person did, or the process died. */
async function play(terminal: Terminal, { sandbox, child, options }: Play): Promise<Ending> {
  let end: (code: number, died?: boolean) => void = () => undefined;
  const ending = new Promise<Ending>((resolve) => {
    end = (code, died = false) => {
      resolve({ code, died });
    };
  });
  showThreads(sandbox.slack, terminal, (succeeded) => {
    if (options.once) end(succeeded ? 0 : 1);
    else terminal.line(colors.dim('  Type another command, help for what can be typed, or Ctrl-C to end.'));
  });
  const player = new Player(sandbox.slack, terminal);
  const input = createInterface({ input: process.stdin, terminal: false });
  input.on('line', (line) => {
    if (player.isFarewell(line)) end(0);
    else void player.enter(line);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      end(options.once ? 1 : 0);
    });
  let over = false;
  void child.ended.then((how) => {
    if (over) return;
    terminal.line(colors.red(`slipway ended by itself (${how}); its log is ${child.logFile}`));
    end(1, true);
  });
  await player.enter(options.command);
  const how = await ending;
  over = true;
  input.close();
  return how;
}
