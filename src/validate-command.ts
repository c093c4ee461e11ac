import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from './config/index.ts';
import { parseDuration } from './domain/duration.ts';
import { markdownReport } from './domain/validation/report.ts';

/** Wrong usage, as in most command-line tools; 1 is for what ended badly. */
export const usageCode = 2;

const inconclusiveCode = 3;

interface Flags {
  readonly url?: string;
  readonly json?: boolean;
  readonly hold: number;
  readonly connections: number;
  readonly subprotocol: readonly string[];
  readonly header: readonly (readonly [string, string])[];
  readonly ca?: string;
  readonly tokenFile?: string;
  readonly echo: boolean;
}

/** `slipway validate`: exit 0 healthy, 1 unhealthy, 2 wrong usage, 3 inconclusive. */
export function addValidate(program: Command, configured: () => Config): void {
  program
    .command('validate')
    .description('proves endpoints; exit 0 healthy, 1 unhealthy, 2 wrong usage, 3 inconclusive')
    .argument('[environment]', 'as in slipway.yaml')
    .argument('[service]', 'default: all services of the environment')
    .option('--url <url>', 'one endpoint without a configuration: ws, wss, http or https')
    .option('--json', 'print the facts as JSON instead of a report')
    .option('--hold <duration>', 'with --url: how long connections are held (default 10s)', readHold, 10_000)
    .option('--connections <count>', 'with --url: how many at the same time', readCount, 20)
    .option('--subprotocol <name...>', 'with --url', [])
    .option('--header <header...>', 'with --url: "Name: value"', readHeader, [])
    .option('--token-file <file>', 'with --url: where the bearer token is; - is the standard input')
    .option('--no-echo', 'with --url: for a service that answers no echo')
    .option('--ca <file>', 'with --url: an authority to trust beside the usual ones')
    .action(async (environment: string | undefined, service: string | undefined, flags: Flags) => {
      const names = [environment, service].filter((name) => name !== undefined);
      if ((flags.url === undefined) === (names.length === 0))
        program.error('error: expected an environment, or --url and nothing else');
      process.exitCode = await validate(names, flags, configured);
    });
}

async function validate(names: readonly string[], flags: Flags, configured: () => Config): Promise<number> {
  // The probes and Google's clients cost a second to load: the other commands do without.
  const { exitCodeOf, NotKnown, UsageError, validateEnvironment, validateUrl } = await import(
    './validate.ts'
  );
  const tell = (line: string) => {
    console.error(line);
  };
  const options = { signal: new AbortController().signal, tell };
  try {
    const { url, hold: holdMs, connections, subprotocol: subprotocols, ca, tokenFile, echo } = flags;
    const headers = Object.fromEntries(flags.header);
    const validated =
      url === undefined
        ? await validateEnvironment(names, configured(), options)
        : await validateUrl(
            { url, holdMs, connections, subprotocols, headers, ca, tokenFile, echo },
            options,
          );
    const report = validated.map(({ name, record }) => markdownReport(name, record)).join('\n');
    console.log(flags.json === true ? JSON.stringify(validated, null, 2) : report);
    return exitCodeOf(validated);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof NotKnown)) throw error;
    console.error(`error: ${error.message}`);
    return error instanceof NotKnown ? inconclusiveCode : usageCode;
  }
}

function readHold(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms > 3_600_000) throw new InvalidArgumentError('expected 0s to 60m, e.g. 10s');
  return ms;
}

function readCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count > 10_000) throw new InvalidArgumentError('expected 0 to 10000');
  return count;
}

function readHeader(line: string, before: Flags['header']): Flags['header'] {
  const [, name, value] = /^([\w!#$%&'*+.^|~-]+):\s*(.+)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('expected "Name: value"');
  return [...before, [name, value]];
}
