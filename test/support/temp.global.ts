import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runFolder } from './run-folder.ts';

/**
 * Gives the run a temporary folder of its own, which all its processes inherit.
 * @returns what removes it. It fails the run when something of slipway is still in there: whatever makes
 * a temporary folder must remove it, also when a test fails.
 */
export function setup(): () => void {
  const user = process.getuid?.() ?? 0;
  const folder = runFolder(path.join(tmpdir(), `slipway-tests-${user}`));
  process.env['TMPDIR'] = folder;
  return () => {
    const left = readdirSync(folder).filter((name) => name.startsWith('slipway-'));
    rmSync(folder, { recursive: true, force: true });
    if (left.length > 0)
      throw new Error(`${left.length} left behind in the temporary folder: ${left.slice(0, 5).join(', ')}`);
  };
}
