import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const BEAT_MS = 2_000;
/** A lock nobody touched for this long was left behind by a process that was killed. */
const STALE_MS = 30_000;

/**
 * Makes node_modules what package-lock.json says; does nothing when it is already.
 * Processes that start at the same time wait for the first one.
 * @param {string} root the folder of package.json
 * @param {(line: string) => void} say
 */
export async function ensureInstalled(root, say) {
  if (isInstalled(root)) return;
  const release = await lock(path.join(root, '.slipway-install'), say);
  try {
    // Whoever held the lock before us may have done the work.
    if (isInstalled(root)) return;
    const began = Date.now();
    say('Installing the packages of package-lock.json (npm ci); this is done once.');
    await npmCi(root);
    writeFileSync(stampFile(root), stamp(root));
    say(`Installed in ${Math.round((Date.now() - began) / 1000)} s.`);
  } finally {
    release();
  }
}

function isInstalled(root) {
  const left = existsSync(stampFile(root)) ? readFileSync(stampFile(root), 'utf8') : undefined;
  if (left === stamp(root)) return true;
  const isForeign = left !== undefined && !left.endsWith(platform());
  if (isForeign || !isInstalledByHand(root)) return false;
  writeFileSync(stampFile(root), stamp(root));
  return true;
}

/** Somebody ran npm: its own record of what it installed has all that is asked for, at that version. */
function isInstalledByHand(root) {
  const record = path.join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    // Optional packages are for other platforms; '' is this project.
    ([name, { optional, integrity }]) => name === '' || optional || present[name]?.integrity === integrity,
  );
}

function stampFile(root) {
  return path.join(root, 'node_modules', '.slipway-lock');
}

function stamp(root) {
  const hash = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  return `${hash}${platform()}`;
}

/** Some packages are programs for one platform: a folder shared with a container must not pass there. */
function platform() {
  return ` ${process.platform}-${process.arch}\n`;
}

async function lock(folder, say) {
  let told = false;
  while (!take(folder)) {
    if (!told) say('Another process is installing the packages; waiting for it.');
    told = true;
    await delay(200);
  }
  // A folder of its own .gitignore is no untracked file.
  writeFileSync(path.join(folder, '.gitignore'), '*\n');
  const beat = setInterval(() => {
    utimesSync(folder, new Date(), new Date());
  }, BEAT_MS);
  return () => {
    clearInterval(beat);
    rmSync(folder, { recursive: true, force: true });
  };
}

/** mkdir is atomic: one process makes the folder. Process ids would not do, a container has its own. */
function take(folder) {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const touched = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
  if (touched !== undefined && Date.now() - touched > STALE_MS) {
    const aside = `${folder}-stale-${process.pid}`;
    try {
      // Renaming is atomic too: of all who wait, one moves the old folder away.
      renameSync(folder, aside);
      rmSync(aside, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  return false;
}

function npmCi(root) {
  // Development packages are needed whatever NODE_ENV says.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  return new Promise((resolve, reject) => {
    // Ended together with us, and waited for: the lock must not be free while npm still writes. Listening
    // before npm runs, or a signal in its first moment would end us alone.
    const stop = (signal) => child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, stop);
    const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (cause) => {
      reject(new Error(`npm cannot be run (${cause.message}): install Node.js together with npm`, { cause }));
    });
    child.once('close', (code, signal) => {
      for (const name of SIGNALS) process.off(name, stop);
      const how = signal ? `was ended by ${signal}` : `failed with exit code ${code}`;
      if (code === 0) resolve();
      else reject(new Error(`npm ${args.join(' ')} ${how}:\n${output.trim()}`));
    });
  });
}
