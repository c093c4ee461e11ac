#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type Config, describeConfig, formatProblems, loadConfig, type Need } from './config/index.ts';
import { addPage } from './page-command.ts';
import { serveHealth } from './telemetry/health.ts';
import type { Part } from './telemetry/part.ts';
import { addValidate, usageCode } from './validate-command.ts';

const program = new Command('slipway')
  .description('Deploys services on Google Cloud Run from Slack, proves them, and tells it all in one thread')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(slipway --help shows what there is)');

program
  .command('demo')
  .description('plays a deploy in a sandbox: no credentials, no network beyond this machine')
  .argument('[command]', 'what is typed in Slack', '/deploy backend staging')
  .option('--once', 'end with the operation: exit 0 succeeded, 1 anything else, 2 wrong usage')
  .option('--pace <factor>', 'multiplies the durations of the stand-in cloud', readFactor, 1)
  .action(async (command: string, options: { once?: boolean; pace: number }) => {
    if (!command.startsWith('/'))
      program.error(`error: expected a slash command, e.g. "/deploy backend staging", found "${command}"`);
    const { demo } = await import('./sandbox/demo/demo.ts');
    process.exitCode = await demo({ command, once: options.once === true, pace: options.pace });
  });

program
  .command('sandbox')
  .description('starts the stand-ins only, and prints the environment that points slipway at them')
  .option('--slack-port <port>', 'port of the page and of the Slack API', readPort, 0)
  .option('--cloud-port <port>', 'port of the Google APIs', readPort, 0)
  .option('--pace <factor>', 'multiplies the durations of the stand-in cloud', readFactor, 1)
  .action(async (options: { slackPort: number; cloudPort: number; pace: number }) => {
    const { startSandbox } = await import('./sandbox/index.ts');
    const say = (line: string) => {
      console.error(line);
    };
    const sandbox = await startSandbox({ ...options, say });
    for (const [name, value] of Object.entries(sandbox.environment)) console.log(`export ${name}='${value}'`);
    console.error(`\nThe workspace: ${sandbox.slack.pageUrl}`);
    console.error('Paste the lines above into another terminal and run `slipway start` there. Ctrl-C ends.');
    await untilAsked();
    await sandbox.stop();
  });

program
  .command('bot')
  .description('hears Slack and writes operations down')
  .action(async () => {
    await serve(['bot']);
  });

program
  .command('worker')
  .description('runs operations and draws their threads')
  .action(async () => {
    await serve(['worker']);
  });

program
  .command('start')
  .description('bot and worker in one process')
  .action(async () => {
    // The bot last: loading the worker must not keep a connected bot from answering Slack.
    await serve(['worker', 'bot']);
  });

program
  .command('check')
  .description('validates slipway.yaml and the environment')
  .argument('[file]', 'default: SLIPWAY_CONFIG, else ./slipway.yaml')
  .action((file: string | undefined) => {
    console.log(describeConfig(configured(['slack-bot', 'slack-app'], file)));
  });

addValidate(program, () => configured([]));
addPage(program, configured);

type PartName = 'bot' | 'worker';

/** Container platforms kill 10 s after they asked (Cloud Run, docker stop). */
const endWithinMs = 8_000;

/** Runs parts until the process is asked to end. */
async function serve(names: readonly PartName[]): Promise<void> {
  const config = configured(names.includes('bot') ? ['slack-bot', 'slack-app'] : ['slack-bot']);
  const parts: [string, Part][] = [];
  for (const name of names) parts.push([name, await orEnd(name, () => starters[name](config))]);
  const checks = Object.fromEntries(parts.map(([name, part]) => [name, () => part.check()]));
  const port = config.healthPort;
  if (port !== undefined) await orEnd('health', () => serveHealth({ port, parts: checks }));
  // A parent that started us with a channel (pm2, the demo) learns that we work.
  process.send?.('ready');
  await untilAsked();
  // With Redis away there is nobody to hand over to, and whoever asked must not wait for it.
  const deadline = setTimeout(() => {
    process.exit(1);
  }, endWithinMs);
  await Promise.all(parts.map(([, part]) => part.stop()));
  clearTimeout(deadline);
  // An open socket of a client that does not let go must not keep the process from ending.
  process.exit(0);
}

const starters = {
  bot: async (config) => (await import('./bot.ts')).startBot(config),
  worker: async (config) => (await import('../jobs/worker.ts')).startWorker(config),
} satisfies Record<PartName, (config: Config) => Promise<Part>>;

/** What `start` gives, or one clear line on stderr and the end. */
async function orEnd<Value>(name: string, start: () => Promise<Value>): Promise<Value> {
  try {
    return await start();
  } catch (error) {
    console.error(
      `slipway ${name} could not start: ${error instanceof Error ? error.message : String(error)}`,
    );
    console.error('slipway check shows what it was started with.');
    process.exit(1);
  }
}

/** The configuration, or its problems on stderr and the end. */
function configured(needs: readonly Need[], file?: string): Config {
  const result = loadConfig({ needs, ...(file === undefined ? {} : { file }) });
  if (result.ok) return result.config;
  console.error(formatProblems(result.problems));
  process.exit(usageCode);
}

async function untilAsked(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
    process.once('disconnect', () => {
      resolve();
    });
  });
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('expected a port from 0 to 65535');
  return port;
}

function readFactor(text: string): number {
  const factor = Number(text);
  if (!(factor > 0 && factor <= 10)) throw new InvalidArgumentError('expected a number above 0, at most 10');
  return factor;
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : usageCode;
}
