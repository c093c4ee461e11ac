import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import stripAnsi from 'strip-ansi';
import type { SuiteCommand } from '../../src/domain/suite/plan.ts';
import { type ProgramEnd, runProgram } from '../../src/programs/program.ts';
import type { Ended, RunAsked } from './ended.ts';
import { told } from './words.ts';

/** Lines of output that are shown where there is nothing better. */
const tailLines = 8;

export interface CommandRequest extends RunAsked {
  readonly run: SuiteCommand;
  /** A folder of this run's own. */
  readonly folder: string;
  readonly hide: (text: string) => string;
}

/** The folder in which a command runs. */
export function rootOf({ cwd = '.' }: SuiteCommand): string {
  return path.resolve(cwd);
}

/** Runs the program of a suite to its end. @throws the signal's reason when it aborts */
export async function runCommand(request: CommandRequest): Promise<Ended> {
  const { plan, run, env, operation, folder, signal, onLine } = request;
  const [file = '', ...args] = run.command.map((each) => told(each, operation));
  const { from } = plan.report;
  const stdoutTo = from.kind === 'stdout' ? path.join(folder, 'stdout') : undefined;
  const reportFile =
    from.kind === 'file' ? path.resolve(rootOf(run), told(from.path, operation)) : (stdoutTo ?? '');
  const before = await markOf(reportFile);
  const end = await runProgram({
    file,
    args: [...args, ...request.args],
    env: { ...run.base, ...plan.env, ...env },
    cwd: rootOf(run),
    timeoutMs: plan.timeoutMs,
    signal,
    stdoutTo,
    onLine,
  });
  const ended = endedBy(end, request);
  const after = await markOf(reportFile);
  if (after === undefined)
    return {
      ...ended,
      report: undefined,
      missing: `There is no file ${from.kind === 'file' ? told(from.path, operation) : 'with its output'}`,
    };
  if (after === before)
    return {
      ...ended,
      report: undefined,
      missing: 'The file of the report was there before, and it is unchanged',
    };
  return { ...ended, report: createReadStream(reportFile) };
}

/** What differs when a file was written anew. Undefined: there is none. */
async function markOf(file: string): Promise<string | undefined> {
  const seen = await stat(file, { bigint: true }).catch(() => undefined);
  return seen?.isFile() === true ? `${seen.ino}/${seen.size}/${seen.mtimeNs}` : undefined;
}

function endedBy(end: ProgramEnd, { plan, run, hide }: CommandRequest): Omit<Ended, 'report'> {
  const [file = ''] = run.command;
  if (end.kind === 'not-started')
    return {
      tail: [],
      problem: {
        code: 'SUITE_NOT_STARTED',
        summary: `${plan.name} could not be started: ${file} cannot be run on the worker.`,
        evidence: [end.error],
      },
    };
  const tail = linesOf(`${end.stdout}\n${end.stderr}`).map(hide);
  switch (end.kind) {
    case 'exited':
      return { tail, exitCode: end.exitCode };
    case 'timed-out':
      return {
        tail,
        problem: {
          code: 'SUITE_TIMED_OUT',
          summary: `${plan.name} was ended after ${Math.round(plan.timeoutMs / 1000)} s.`,
          evidence: tail,
        },
      };
    case 'too-much-output':
      return {
        tail,
        problem: {
          code: 'SUITE_TOO_LARGE',
          summary: `${plan.name} was ended after ${Math.round(end.bytes / 1024 / 1024)} MiB of output.`,
          evidence: tail,
        },
      };
    case 'killed':
      return {
        tail,
        problem: {
          code: 'SUITE_EXIT',
          summary: `${plan.name} was killed by ${end.by}.`,
          evidence: tail,
        },
      };
  }
}

function linesOf(text: string): readonly string[] {
  return stripAnsi(text)
    .split('\n')
    .map((line) => line.replace(/[\p{Cc}]/gu, ' ').trimEnd())
    .filter((line) => line !== '')
    .slice(-tailLines)
    .map((line) => line.slice(0, 300));
}
