#!/usr/bin/env node
// The demo team's end-to-end tests of the service at SLIPWAY_URL. Speaks like pytest, whose options they borrow:
//   node examples/e2e/run.mjs [--junit FILE] [-k EXPRESSION] [MODULE | MODULE::TEST ...]
// Ends with pytest's exit codes: 0 all passed, 1 some failed, 4 wrong usage, 5 no test was selected
// (https://docs.pytest.org/en/stable/reference/exit-codes.html).
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Skipped } from './runner/expect.mjs';
import { writeJunit } from './runner/junit.mjs';
import { byNodeIds, keywordFilter, UsageError } from './runner/select.mjs';
import { sayBeginning, sayEnd, sayModule } from './runner/terminal.mjs';
import { messageOf, tracebackOf } from './runner/traceback.mjs';
import { Staging } from './staging.mjs';

const { performance } = globalThis;
const here = path.dirname(fileURLToPath(import.meta.url));

async function main() {
  const { values, positionals } = options();
  const staging = stagingOf(process.env);
  const all = await collect();
  const wanted = keywordFilter(values.k ?? '');
  const tests = byNodeIds(all, positionals).filter(({ module, name }) => wanted([`${module}.mjs`, name]));
  sayBeginning({ url: staging.url, all: all.length, selected: tests.length });
  const startedAt = new Date();
  const began = performance.now();
  const results = await runAll(tests, staging);
  const seconds = (performance.now() - began) / 1000;
  if (values.junit !== undefined) writeJunit(values.junit, { results, startedAt, seconds });
  sayEnd({ results, seconds, deselected: all.length - tests.length, junit: values.junit });
  if (tests.length === 0) return 5;
  return results.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

function options() {
  try {
    return parseArgs({
      options: { junit: { type: 'string' }, k: { type: 'string', short: 'k' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function stagingOf({
  SLIPWAY_URL: url,
  SLIPWAY_ENVIRONMENT: environment = 'staging',
  SLIPWAY_REVISION: revision,
}) {
  if (url === undefined || !URL.canParse(url))
    throw new UsageError(
      'SLIPWAY_URL is not set: expected the address of the service such as http://127.0.0.1:8080',
    );
  return new Staging({ url, environment, revision: revision === '' ? undefined : revision });
}

/** All tests, by the number of their module and then as they stand in it. */
async function collect() {
  const files = readdirSync(here).filter((file) => /^test_\d+_\w+\.mjs$/.test(file));
  const numberOf = (file) => Number(file.split('_')[1]);
  const modules = files
    .toSorted((a, b) => numberOf(a) - numberOf(b))
    .map((file) => readModule(path.join(here, file)));
  return (await Promise.all(modules)).flat();
}

async function readModule(file) {
  const source = readFileSync(file, 'utf8');
  const tests = await import(pathToFileURL(file).href);
  const module = path.basename(file, '.mjs');
  // The names in a module's namespace are sorted; the source has them in order.
  return [...source.matchAll(/^export async function (test_\w+)/gm)].map(([, name]) => ({
    module,
    name,
    file,
    source,
    run: tests[name],
  }));
}

async function runAll(tests, staging) {
  const results = [];
  for (const module of new Set(tests.map((test) => test.module))) {
    const own = [];
    for (const test of tests.filter((each) => each.module === module)) own.push(await runOne(test, staging));
    results.push(...own);
    sayModule(module, own, results.length / tests.length);
  }
  return results;
}

async function runOne(test, staging) {
  const { module, name, run } = test;
  const began = performance.now();
  const ended = (outcome) => ({ module, name, outcome, seconds: (performance.now() - began) / 1000 });
  try {
    await run(staging);
    return ended('passed');
  } catch (error) {
    if (error instanceof Skipped)
      return { ...ended('skipped'), message: error.message, text: `${module}.mjs: ${error.message}` };
    return { ...ended('failed'), message: messageOf(error), text: tracebackOf(error, test) };
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`ERROR: ${error.message}`);
  process.exitCode = 4;
}
