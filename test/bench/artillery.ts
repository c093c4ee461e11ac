import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { z } from 'zod';

/** Not among the packages of this project: with what it brings it has 600 MB. */
const program = 'artillery@2.0.21';

const report = z.object({
  aggregate: z.object({
    firstMetricAt: z.number(),
    lastMetricAt: z.number(),
    counters: z.looseObject({ 'vusers.completed': z.number() }),
  }),
});

/** Sessions (open, one echo, close) a second that Artillery makes on the same server. */
export async function artillerySessions(port: string, sessions: number): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-artillery-'));
  const url = `ws://127.0.0.1:${port}`;
  const script = {
    // All are wanted at once: the rate is then that of the client, not that of the script.
    config: { target: url, phases: [{ duration: 1, arrivalCount: sessions }] },
    scenarios: [
      {
        engine: 'ws',
        flow: [
          { connect: `${url}/ws` },
          { send: { payload: '{"type":"echo"}', match: { json: '$.type', value: 'echo' } } },
        ],
      },
    ],
  };
  const file = path.join(folder, 'script.yml');
  const output = path.join(folder, 'report.json');
  writeFileSync(file, stringify(script));
  try {
    await promisify(execFile)('npx', ['--yes', program, 'run', '--output', output, file], {
      env: { ...process.env, ARTILLERY_DISABLE_TELEMETRY: 'true' },
      maxBuffer: 64 * 1024 * 1024,
    });
    const { aggregate } = report.parse(JSON.parse(readFileSync(output, 'utf8')));
    const seconds = (aggregate.lastMetricAt - aggregate.firstMetricAt) / 1_000;
    return aggregate.counters['vusers.completed'] / seconds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
