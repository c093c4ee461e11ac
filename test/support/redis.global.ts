import { findOrInstallRedis } from '../../src/sandbox/redis-install.ts';

/** Installs a Redis once, before any test file asks for one of its own. */
export async function setup(): Promise<void> {
  const root = process.getuid?.() === 0;
  const say = (line: string) => {
    console.log(line);
  };
  await findOrInstallRedis({ env: process.env, root, say });
}
