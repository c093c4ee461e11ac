import {
  type Diagnostic,
  isStale,
  lockOf,
  type Message,
  readMessage,
} from '../domain/infrastructure/messages.ts';
import type { ProgramWay } from '../domain/infrastructure/policy.ts';
import type { Done, Problem } from '../domain/infrastructure/tool.ts';
import { type ProgramEnd, type ProgramRequest, runProgram } from '../programs/program.ts';

export interface TerraformPlace {
  readonly way: ProgramWay;
  /** Where the configuration is. */
  readonly folder: string;
  /** Where it keeps what `init` has fetched. */
  readonly data: string;
  readonly signal: AbortSignal;
}

export interface Call extends Pick<ProgramRequest, 'outlivesInto' | 'keepBytes' | 'timeoutMs'> {
  readonly args: readonly string[];
  /** Exit codes that are an answer. Default: 0 alone. */
  readonly answers?: readonly number[];
  readonly hear?: ((message: Message) => void) | undefined;
}

export interface Answer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Told to end, Terraform ends what it has begun and writes the state down, as long as that takes. SIGINT goes to its
 * providers too, who pass it over; SIGTERM would end them in the middle of a request:
 * https://github.com/hashicorp/go-plugin/blob/main/server.go ("Eat the interrupts")
 */
const inOrder = { signal: 'SIGINT', killAfterMs: 15 * 60_000 } as const;

/** What never comes from outside of slipway: https://developer.hashicorp.com/terraform/cli/config/environment-variables */
const own = {
  TF_IN_AUTOMATION: '1',
  TF_INPUT: '0',
  CHECKPOINT_DISABLE: '1',
} as const;

/** Runs Terraform or OpenTofu once. @throws the signal's reason when it aborts, after the program has ended in order */
export async function terraform(place: TerraformPlace, call: Call): Promise<Done<Answer>> {
  const { way, folder, data, signal } = place;
  const { args, answers = [0], hear, ...limits } = call;
  const diagnostics: Diagnostic[] = [];
  const end = await runProgram({
    ...limits,
    file: way.program,
    args,
    cwd: folder,
    env: {
      ...way.env,
      ...own,
      TF_DATA_DIR: data,
      ...(way.workspace === undefined ? {} : { TF_WORKSPACE: way.workspace }),
    },
    signal,
    stop: inOrder,
    onLine: (line) => {
      const message = readMessage(line);
      if (message === undefined) return;
      if (message.diagnostic !== undefined) diagnostics.push(message.diagnostic);
      hear?.(message);
    },
  });
  if (end.kind === 'exited' && answers.includes(end.exitCode))
    return { kind: 'done', value: { exitCode: end.exitCode, stdout: end.stdout, diagnostics } };
  const what = `${way.program} ${args[0] ?? ''}`;
  return { kind: 'problem', problem: problemOf(end, { what, program: way.program, diagnostics, call }) };
}

interface Told {
  readonly what: string;
  readonly program: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly call: Call;
}

function problemOf(end: ProgramEnd, { what, program, diagnostics, call }: Told): Problem {
  if (end.kind === 'not-started') return { kind: 'missing', what: program, error: end.error };
  const lock = lockOf(diagnostics);
  if (lock !== undefined) return { kind: 'locked', lock };
  if (isStale(diagnostics)) return { kind: 'stale' };
  if (end.kind === 'timed-out') return { kind: 'timed-out', afterMs: call.timeoutMs };
  const how = end.kind === 'exited' ? `exit code ${end.exitCode}` : end.kind === 'killed' ? end.by : end.kind;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  // Around errors for people it draws a frame.
  const told = `${end.stdout}\n${end.stderr}`.replace(/^[│╷╵] ?/gm, '');
  // Messages that say something are among the diagnostics.
  const lines = told.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('{'));
  return { kind: 'failed', what: `${what} (${how})`, diagnostics: errors, lines: lines.slice(-10) };
}
