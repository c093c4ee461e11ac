import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/**
 * A folder for this run of the tests, named by its process: runs side by side do not meet, and what a
 * killed run left behind is removed by the next one.
 */
export function runFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent))
    if (!isAlive(Number(name))) rmSync(path.join(parent, name), { recursive: true, force: true });
  const own = path.join(parent, String(process.pid));
  mkdirSync(own, { recursive: true });
  return own;
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 is not sent; it only asks. A pid must be positive, or it would ask for a group.
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is alive, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
