import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { changedConfig, withoutValidation } from '../support/world.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the demo as a person would, at twenty times its pace; `lines` are typed as soon as `cue` was seen. */
async function demo(args: readonly string[], typed?: { cue: RegExp; lines: string }): Promise<Run> {
  const cli = ['--import', 'tsx', path.join(root, 'src/cli.ts'), 'demo', '--pace', '0.05', ...args];
  const env = { ...process.env, SLIPWAY_CONFIG: changedConfig(withoutValidation) };
  const child = spawn(process.execPath, cli, { cwd: root, stdio: 'pipe', env });
  let output = '';
  let waiting = typed;
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
    if (waiting?.cue.test(output) !== true) return;
    child.stdin.write(waiting.lines);
    waiting = undefined;
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

describe('slipway demo --once', () => {
  it('shows a deploy from the command to the report and exits 0', async () => {
    const { code, output } = await demo(['--once']);
    expect(output).toMatch(/developer in #deploys\s+\/deploy backend staging/);
    for (const words of ['✓ Build', '✓ Candidate', 'GET /health: healthy', '100 %', 'URL http://', 'Report'])
      expect(output).toContain(words);
    expect(code).toBe(0);
  });

  it('exits 1 when the candidate does not start, and says why', async () => {
    const { code, output } = await demo(['--once', '/deploy backend staging ref:startup-crash']);
    expect(output).toContain("NameError: name 'DatabaseSessionManager' is not defined");
    expect(output).toMatch(/Traffic untouched: backend-00136-\w+ 100 %/);
    expect(code).toBe(1);
  });

  it('exits 1 when the command is refused', async () => {
    const { code, output } = await demo(['--once', '/deploy payments staging']);
    expect(output).toContain('UNKNOWN_SERVICE');
    expect(code).toBe(1);
  });

  it('takes an approval from the terminal', async () => {
    const typed = { cue: /\[Approve\]/, lines: 'as reviewer\napprove\n' };
    const { code, output } = await demo(['--once', '/deploy backend production'], typed);
    expect(output).toContain('Approved by reviewer');
    expect(code).toBe(0);
  });

  it.each([[['--nonsense']], [['deploy backend staging']], [['/deploy backend staging', 'too much']]])(
    'exits 2 for wrong usage: %j',
    async (args) => {
      expect((await demo(['--once', ...args])).code).toBe(2);
    },
  );
});
