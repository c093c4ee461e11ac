// Compiles src and jobs to dist, and copies what is not TypeScript (the sandbox's web page) beside it.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const inRoot = (...names) => path.join(root, ...names);

// What was deleted in src must not live on in dist.
rmSync(inRoot('dist'), { recursive: true, force: true });
const tsc = [inRoot('node_modules', '.bin', 'tsc'), '-p', 'tsconfig.build.json'];
const { status } = spawnSync(process.execPath, tsc, { cwd: root, stdio: 'inherit' });
if (status === 0) {
  for (const folder of ['src', 'jobs']) {
    cpSync(inRoot(folder), inRoot('dist', folder), {
      recursive: true,
      filter: (file) => statSync(file).isDirectory() || !file.endsWith('.ts'),
    });
  }
}
process.exitCode = status ?? 1;
