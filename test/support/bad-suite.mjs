// Suites that go wrong, each in one way: node bad-suite.mjs MODE. The report is on stdout.
import { Buffer } from 'node:buffer';
import { once } from 'node:events';

const { setInterval } = globalThis;
const passed = '<testcase classname="m" name="passes" time="0.1"/>';
const failed =
  '<testcase classname="m" name="fails"><failure message="HTTP 403">HTTP 403</failure></testcase>';
const suite = (...cases) => `<testsuites><testsuite name="bad">${cases.join('')}</testsuite></testsuites>`;

const modes = {
  silent: () => undefined,
  'invalid-xml': () => console.log('<testsuites><testsuite name="bad"><testcase name="x" </testsuites>'),
  'no-report': () => console.log('collected 41 items: INTERNALERROR, no plugin of that name'),
  noisy: async () => {
    const line = Buffer.alloc(1_000_000, 'x'.repeat(99).concat('\n'));
    for (let written = 0; written < 100; written += 1) {
      if (!process.stdout.write(line)) await once(process.stdout, 'drain');
    }
  },
  'never-ends': () => {
    console.log('waiting for a service that is not there');
    // Nor does it when it is asked to.
    process.on('SIGTERM', () => undefined);
    setInterval(() => undefined, 1_000);
  },
  'green-exit-red-report': () => console.log(suite(passed, failed)),
  'red-exit-green-report': () => {
    console.log(suite(passed));
    process.exitCode = 1;
  },
};

const mode = modes[process.argv[2]];
if (mode === undefined) throw new Error(`expected one of ${Object.keys(modes).join(', ')}`);
await mode();
