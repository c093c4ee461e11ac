// A suite of ten modules with two tests each, which fails those that are named in a file: stands in for a team's own.
import { readFileSync } from 'node:fs';

const [, , file] = process.argv;
const failing = readFileSync(file, 'utf8').split('\n').filter(Boolean);
const suites = Array.from({ length: 10 }, (_, index) => {
  const module = `test_${index + 1}`;
  const cases = ['connects', 'answers'].map((name) =>
    failing.includes(`${module}.${name}`)
      ? `<testcase classname="${module}" name="${name}" time="0.01"><failure message="HTTP 403 at upgrade of /ws">expected 101</failure></testcase>`
      : `<testcase classname="${module}" name="${name}" time="0.01"/>`,
  );
  return `<testsuite name="${module}" tests="2">${cases.join('')}</testsuite>`;
});
process.stdout.write(`<?xml version="1.0"?><testsuites>${suites.join('')}</testsuites>`);
process.exitCode = failing.length === 0 ? 0 : 1;
