#!/usr/bin/env node
// Runs any part of the project from a fresh clone: node scripts/run.mjs <command> [args...]
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

/** What `check` runs. All are run, so that one go shows all there is to mend. */
const CHECKS = [
  { name: 'types', args: [bin('tsc'), '-p', 'tsconfig.json'] },
  { name: 'lint', args: [bin('eslint'), '.'] },
  { name: 'format', args: [bin('biome'), 'format', '.'] },
  { name: 'boundaries', args: [bin('depcruise'), '--config', '.dependency-cruiser.cjs', 'src', 'jobs'] },
  { name: 'dead code', args: [bin('knip')] },
];

const COMMANDS = {
  demo: (args) => become(['--import', 'tsx', 'src/cli.ts', 'demo', ...args]),
  cli: (args) => become(['--import', 'tsx', 'src/cli.ts', ...args]),
  test: (args) => become([bin('vitest'), 'run', ...args]),
  lab: (args) => become([bin('vitest'), 'run', '--config', 'vitest.lab.config.ts', ...args]),
  bench: ([name = '', ...args]) => become(['--import', 'tsx', `test/bench/${name}.bench.ts`, ...args]),
  build: (args) => become(['scripts/build.mjs', ...args]),
  check,
};

async function main([command = '', ...args]) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    return refuse(
      `slipway needs Node.js ${OLDEST_NODE} or newer; this is ${process.versions.node} (${process.execPath}).`,
    );
  }
  if (!Object.hasOwn(COMMANDS, command)) {
    const known = Object.keys(COMMANDS).join(', ');
    return refuse(
      `Unknown command "${command}". Expected one of: ${known}. Example: node scripts/run.mjs demo`,
    );
  }
  // Only now: an old Node cannot even read it.
  const { ensureInstalled } = await import('./install.mjs');
  try {
    await ensureInstalled(root, (line) => console.error(line));
  } catch (error) {
    return refuse(error.message);
  }
  await COMMANDS[command](args);
}

function refuse(message) {
  console.error(message);
  process.exitCode = 1;
}

/** Runs Node in our place: its terminal, its signals and its end are ours. */
async function become(args) {
  const { code, signal } = await run(args);
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code;
}

async function check() {
  const results = [];
  for (const { name, args } of CHECKS) {
    console.log(`\n== ${name}: ${path.basename(args[0])} ${args.slice(1).join(' ')}`);
    const began = Date.now();
    const { code, signal } = await run(args);
    if (signal) return process.kill(process.pid, signal);
    results.push({ name, passed: code === 0, seconds: ((Date.now() - began) / 1000).toFixed(1) });
  }
  console.log('');
  for (const { name, passed, seconds } of results) {
    console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(12)} ${seconds.padStart(6)} s`);
  }
  process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
}

/** Answers how the child ended. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    const forward = (signal) => {
      // A terminal sends Ctrl-C to the whole process group: sent once more, it would mean "end at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve({ code, signal });
    });
  });
}

// No await here, for the same reason.
void main(process.argv.slice(2));
