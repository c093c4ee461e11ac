import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunOptions, slipway } from '../support/command-line.ts';
import { reportsIn } from '../support/example.ts';
import { changedConfig, withoutValidation } from '../support/world.ts';

describe.concurrent('slipway demo --once', () => {
  let folder: string;
  let environment: { readonly SLIPWAY_CONFIG: string };
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'slipway-config-'));
    environment = { SLIPWAY_CONFIG: changedConfig(folder, withoutValidation) };
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** At twenty times the pace that people see. */
  const demo = async (args: readonly string[], options: RunOptions = {}) =>
    slipway(['demo', '--pace', '0.05', '--once', ...args], { environment, ...options });

  it('from the sources shows a deploy from the command to the report and exits 0', async () => {
    const { code, output } = await demo([], { fromSources: true });
    expect(output).toMatch(/developer in #deploys\s+\/deploy backend staging/);
    for (const words of ['✓ Build', '✓ Candidate', 'GET /health: healthy', '100 %', 'URL http://', 'Report'])
      expect(output).toContain(words);
    expect(code).toBe(0);
  });

  it('exits 1 when the candidate does not start, and says why', async () => {
    const { code, output } = await demo(['/deploy backend staging ref:startup-crash']);
    expect(output).toContain("NameError: name 'DatabaseSessionManager' is not defined");
    expect(output).toMatch(/Traffic untouched: backend-00136-\w+ 100 %/);
    expect(code).toBe(1);
  });

  it('exits 1 when the command is refused', async () => {
    const { code, output } = await demo(['/deploy payments staging']);
    expect(output).toContain('UNKNOWN_SERVICE');
    expect(code).toBe(1);
  });

  it('goes from round to round by what is typed', async () => {
    const SLIPWAY_CONFIG = changedConfig(mkdtempSync(path.join(folder, 'rounds-')), (yaml) =>
      reportsIn(folder)(withoutValidation(yaml)),
    );
    const { code, output } = await demo(['/rounds start backend staging suites:e2e ref:ws-headers'], {
      environment: { SLIPWAY_CONFIG },
      typed: { cue: /\[Deploy next round\]/, lines: 'next main\n' },
    });
    expect(output).toContain('✗ Round 1 · ws-headers · not green · 8 of 10 modules green');
    expect(output).toContain(
      'Finding 5 tests: InvalidStatus: server rejected WebSocket connection: HTTP 403',
    );
    expect(output).toContain('Modules 8 of 10 → 10 of 10 green');
    expect(code).toBe(0);
  });

  it('takes an approval from the terminal', async () => {
    const typed = { cue: /\[Approve\]/, lines: 'as reviewer\napprove\n' };
    const { code, output } = await demo(['/deploy backend production'], { typed });
    expect(output).toContain('Approved by reviewer');
    expect(code).toBe(0);
  });

  it.each([[['--nonsense']], [['deploy backend staging']], [['/deploy backend staging', 'too much']]])(
    'exits 2 for wrong usage: %j',
    async (args) => {
      expect((await demo(args)).code).toBe(2);
    },
  );
});
