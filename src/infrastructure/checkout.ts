import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { GitSource } from '../domain/infrastructure/policy.ts';
import type { Done, Problem } from '../domain/infrastructure/tool.ts';
import { runProgram } from '../programs/program.ts';

export interface CheckoutRequest {
  readonly source: GitSource;
  /** A branch, a tag or a commit, as the command or the configuration allows it. */
  readonly ref: string;
  /** The folder to be made; what is there goes. */
  readonly into: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Milliseconds for each command of git. */
const withinMs = 120_000;

/**
 * Fetches one commit, without its history, into a folder of its own.
 * @returns the full commit and the folder of the configuration inside
 */
export async function checkout(
  request: CheckoutRequest,
): Promise<Done<{ readonly commit: string; readonly folder: string }>> {
  const { source, ref, into } = request;
  await rm(into, { recursive: true, force: true });
  const commands = [
    ['init', '--quiet', into],
    // The ref is one word of what may be a ref; `--` ends the options all the same.
    ['-C', into, 'fetch', '--quiet', '--depth=1', '--no-tags', '--', source.repository, ref],
    ['-C', into, 'checkout', '--quiet', '--detach', 'FETCH_HEAD'],
  ];
  for (const args of commands) {
    const problem = (await git(args, request)).problem;
    if (problem !== undefined) return { kind: 'problem', problem };
  }
  const { stdout, problem } = await git(['-C', into, 'rev-parse', 'HEAD'], request);
  if (problem !== undefined) return { kind: 'problem', problem };
  return { kind: 'done', value: { commit: stdout.trim(), folder: path.join(into, source.directory) } };
}

/** Why git cannot be run here; undefined when it can. */
export async function gitProblem(
  around: Pick<CheckoutRequest, 'env' | 'signal'>,
): Promise<string | undefined> {
  const { problem } = await git(['--version'], around);
  if (problem === undefined) return undefined;
  return problem.kind === 'missing' ? problem.error : `git --version: ${problem.kind}`;
}

async function git(
  args: readonly string[],
  { env, signal }: Pick<CheckoutRequest, 'env' | 'signal'>,
): Promise<{ readonly stdout: string; readonly problem?: Problem }> {
  const end = await runProgram({
    file: 'git',
    args,
    // Nobody is there to be asked for a password.
    env: { ...env, GIT_TERMINAL_PROMPT: '0' },
    timeoutMs: withinMs,
    signal,
  });
  if (end.kind === 'not-started')
    return { stdout: '', problem: { kind: 'missing', what: 'git', error: end.error } };
  if (end.kind === 'exited' && end.exitCode === 0) return { stdout: end.stdout };
  if (end.kind === 'timed-out') return { stdout: '', problem: { kind: 'timed-out', afterMs: withinMs } };
  const code = end.kind === 'exited' ? `exit code ${end.exitCode}` : end.kind;
  const lines = end.stderr.split('\n').filter((line) => line.trim() !== '');
  const what = `git ${args.find((word) => !word.startsWith('-') && !path.isAbsolute(word)) ?? ''} (${code})`;
  return { stdout: '', problem: { kind: 'failed', what, diagnostics: [], lines: lines.slice(-5) } };
}
