import { rmSync } from 'node:fs';
import path from 'node:path';
import { compile } from '../support/compile.ts';
import { runFolder } from '../support/run-folder.ts';
import { judge, type Row } from './storm.judge.ts';
import { outage } from './storm.world.ts';

/**
 * `npm run bench:storm`: everything fails at once. 500 symptoms that begin in one round of a monitor, what is paged and
 * what is told in Slack, as ratios of one run. `node scripts/run.mjs bench storm 1` is at Slack's own pace: ten minutes.
 */
const symptoms = 500;
/** So many times what Slack allows: it takes so much less time. Pages get none of it, so being first is harder for them. */
const times = Number(process.argv[2] ?? 4);

function print({ what, value, met }: Row): void {
  if (met === false) process.exitCode = 1;
  const verdict = met === undefined ? '' : met ? 'met' : 'MISSED';
  console.log(`${verdict.padEnd(8)}${what.padEnd(66)} ${value}`);
}

// Below node_modules, because Google's packages are loaded from there.
const folder = runFolder(path.resolve(import.meta.dirname, '../../node_modules/.cache/slipway-bench-storm'));
try {
  console.log(
    `${symptoms} symptoms at once; Slack and what slipway takes of it are ${times} times what they are`,
  );
  for (const row of judge(await outage({ program: await compile(folder), symptoms, times }))) print(row);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
