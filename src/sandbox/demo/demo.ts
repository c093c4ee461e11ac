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
    terminal.activity('starting the bot and a worker');
    const program = [...process.execArgv, process.argv[1] ?? ''];
    const child = await startChild({ program, verb: 'start', environment: sandbox.environment });
    terminal.activity(undefined);
    announce(terminal, sandbox, child);
    try {
      return await play(terminal, { sandbox, child, options });
    } finally {
      terminal.activity(undefined);
      child.kill('SIGTERM');
      await child.ended;
    }
  } catch (error) {
    terminal.activity(undefined);
    terminal.line(colors.red(error instanceof Error ? error.message : String(error)));
    return 1;
  } finally {
    await sandbox.stop();
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

/** @returns the exit code, when the operation ended (`once`), the person did, or the process died. */
async function play(terminal: Terminal, { sandbox, child, options }: Play): Promise<number> {
  let end: (code: number) => void = () => undefined;
  const ending = new Promise<number>((resolve) => {
    end = resolve;
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
    end(1);
  });
  await player.enter(options.command);
  const code = await ending;
  over = true;
  input.close();
  return code;
}
