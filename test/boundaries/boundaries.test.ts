import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));
const config = `${root}.dependency-cruiser.cjs`;
const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] };

const cruiseResult = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({
    violations: z.array(
      z.object({ from: z.string(), rule: z.object({ name: z.string(), severity: z.literal('error') }) }),
    ),
  }),
});

async function cruise(folder: string): Promise<z.infer<typeof cruiseResult>> {
  const args = [
    `${root}node_modules/.bin/depcruise`,
    '--config',
    config,
    '--output-type',
    'json',
    'src',
    'jobs',
  ];
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return cruiseResult.parse(JSON.parse(stdout));
}

const planted = [
  ['charts-knows-only-domain', 'src/charts/violates.ts'],
  ['canvas-only-in-charts', 'src/telemetry/violates-canvas.ts'],
  ['cloud-knows-only-domain', 'src/cloud/violates.ts'],
  ['infrastructure-knows-domain-programs-and-cloud', 'src/infrastructure/violates.ts'],
  ['ledger-knows-only-domain', 'src/ledger/violates.ts'],
  ['pages-knows-only-domain', 'src/pages/violates.ts'],
  ['issues-knows-only-domain', 'src/issues/violates.ts'],
  ['probes-knows-only-domain', 'src/probes/violates.ts'],
  ['queue-knows-only-domain', 'src/queue/violates.ts'],
  ['slack-messages-knows-only-domain', 'src/slack/messages/violates.ts'],
  ['domain-knows-nothing-of-ours', 'src/domain/violates-ours.ts'],
  ['domain-knows-only-zod', 'src/domain/violates-io.ts'],
  ['domain-knows-only-zod', 'src/domain/violates-package.ts'],
  ['roots-on-top', 'jobs/violates-roots.ts'],
  ['sandbox-only-by-cli', 'jobs/violates-sandbox.ts'],
  ['product-knows-no-test', 'src/telemetry/violates-test.ts'],
  ['bullmq-only-in-queue-and-jobs', 'src/telemetry/violates-bullmq.ts'],
  ['slack-sdk-only-in-slack', 'jobs/violates-slack.ts'],
  ['google-sdk-only-in-cloud', 'jobs/violates-google.ts'],
  ['google-sdk-only-in-cloud', 'jobs/violates-grpc.ts'],
  ['google-packages-not-whole', 'src/cloud/violates-whole.ts'],
  ['octokit-only-in-issues', 'src/telemetry/violates-octokit.ts'],
  ['ioredis-only-in-ledger-and-queue', 'jobs/violates-ioredis.ts'],
  ['no-development-package', 'src/telemetry/violates-development.ts'],
  ['no-unresolvable', 'src/telemetry/violates-unresolvable.ts'],
  ['no-orphan', 'src/telemetry/violates-orphan.ts'],
  ['no-cycle', 'src/telemetry/violates-cycle-a.ts'],
] as const;

describe('in a folder of planted violations', () => {
  let seen: string[];

  beforeAll(async () => {
    const { summary } = await cruise(`${root}test/boundaries/planted`);
    seen = summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
  });

  test.each(planted)('%s is broken by %s', (rule, file) => {
    expect(seen).toContain(`${rule}: ${file}`);
  });

  test('nothing that is allowed is reported', () => {
    expect(seen.toSorted()).toEqual(planted.map(([rule, file]) => `${rule}: ${file}`).toSorted());
  });

  test('every rule has a violation', () => {
    const rules = forbidden.map(({ name }) => name);
    expect([...new Set<string>(planted.map(([rule]) => rule))].toSorted()).toEqual(rules.toSorted());
  });
});

// dependency-cruiser 17 passes without a word when it cannot read TypeScript, as with TypeScript 7.
test('every file of the product is read', async () => {
  const files = ['src', 'jobs'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  );
  const { modules } = await cruise(root);
  expect(modules.map(({ source }) => source)).toEqual(expect.arrayContaining(files));
});
