import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { compile } from '../support/compile.ts';
import { runFolder } from '../support/run-folder.ts';
import type { Row } from './deploy.world.ts';

/** `npm run bench:deploy`: whole deploys against the stand-ins, as ratios of one run on one machine. */
const here = import.meta.dirname;

/** Each story in a process of its own, so that its stand-ins have an event loop to themselves. */
async function rowsOf(story: 'wall' | 'users', program: string): Promise<readonly Row[]> {
  const child = fork(path.join(here, `deploy.${story}.ts`), [program]);
  const [rows] = await Promise.race([
    once(child, 'message') as Promise<[readonly Row[]]>,
    once(child, 'exit').then(([code]: unknown[]) => {
      throw new Error(`deploy.${story} ended with ${String(code)}`);
    }),
  ]);
  return rows;
}

function print({ what, value, met }: Row): void {
  if (!met) process.exitCode = 1;
  console.log(`${met ? 'met   ' : 'MISSED'}  ${what.padEnd(66)} ${value}`);
}

async function main(): Promise<void> {
  // Below node_modules, because Google's packages are loaded from there.
  const folder = runFolder(path.resolve(here, '../../node_modules/.cache/slipway-deploy-bench'));
  try {
    const program = await compile(folder);
    const only = process.argv[2];
    const stories = (['wall', 'users'] as const).filter((each) => only === undefined || only === each);
    // One after the other: beside the users of one, the deploys of the other would not be alone.
    for (const story of stories) for (const row of await rowsOf(story, program)) print(row);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
