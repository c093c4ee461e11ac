// Takes the pictures of the documents from a real run: npx tsx scripts/pictures.ts [path of a Chromium]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startChild } from '../src/sandbox/demo/child.ts';
import { startSandbox } from '../src/sandbox/index.ts';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Each from a run of its own; the height holds the whole thread, so that nothing is scrolled away. */
const pictures: readonly Picture[] = [
  { file: 'thread.png', command: '/deploy backend staging', height: 1370, part: 'body' },
  {
    file: 'failure.png',
    command: '/deploy backend staging ref:startup-crash',
    height: 1850,
    part: '#thread',
  },
];

interface Picture {
  readonly file: string;
  readonly command: string;
  /** Pixels; the width is 1280. */
  readonly height: number;
  /** Selects what is on the picture. */
  readonly part: string;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A deploy of the demo takes some 10 s; a loaded machine may need much more. */
const patienceMs = 90_000;

/** Types the command as a person would, and waits for the end of its thread. */
async function play(page: Page, command: string): Promise<void> {
  const input = page.locator('#channel-form input[name="text"]');
  await input.fill(command);
  await input.press('Enter');
  const thread = page.locator('#thread-list');
  await thread.getByText('Report').waitFor({ timeout: patienceMs });
  // The root is redrawn apart from the report: its headline, its plan and the report say the same at last.
  await thread
    .getByText(/succeeded in|failed at/i)
    .nth(2)
    .waitFor({ timeout: patienceMs });
  await input.blur();
}

async function take({ file, command, height, part }: Picture, browser: Browser): Promise<void> {
  const sandbox = await startSandbox();
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-pictures-'));
  try {
    const program = ['--import', 'tsx', path.join(root, 'src/cli.ts')];
    const { environment } = sandbox;
    const logFile = path.join(folder, 'start.log');
    const child = await startChild({ program, verb: 'start', environment, logFile });
    const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme: 'light' });
    try {
      await page.goto(sandbox.slack.pageUrl);
      await play(page, command);
      await page.locator(part).screenshot({ path: path.join(root, 'docs/images', file) });
      console.log(`docs/images/${file}`);
    } finally {
      await page.close();
      child.kill('SIGTERM');
      await child.ended;
    }
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const executablePath = process.argv[2] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: flags });
try {
  for (const picture of pictures) await take(picture, browser);
} finally {
  await browser.close();
}
