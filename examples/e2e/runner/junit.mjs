import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

/**
 * JUnit XML as pytest writes it (family xunit2): https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files,
 * src/_pytest/junitxml.py.
 */
export function writeJunit(file, { results, startedAt, seconds }) {
  const count = (outcome) => results.filter((each) => each.outcome === outcome).length;
  const suite = attributes({
    name: 'pytest',
    errors: 0,
    failures: count('failed'),
    skipped: count('skipped'),
    tests: results.length,
    time: seconds.toFixed(3),
    timestamp: startedAt.toISOString().replace('Z', '000+00:00'),
    hostname: hostname(),
  });
  const cases = results.map(testcase).join('');
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(
    file,
    `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite ${suite}>${cases}</testsuite></testsuites>`,
  );
}

function testcase({ module, name, outcome, seconds, message, text }) {
  const own = attributes({ classname: module, name, time: seconds.toFixed(3) });
  if (outcome === 'passed') return `<testcase ${own} />`;
  const [tag, told] =
    outcome === 'failed'
      ? ['failure', attributes({ message })]
      : ['skipped', attributes({ type: 'pytest.skip', message })];
  return `<testcase ${own}><${tag} ${told}>${escaped(text)}</${tag}></testcase>`;
}

function attributes(values) {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${name}="${escaped(String(value)).replaceAll('"', '&quot;').replaceAll('\n', '&#10;')}"`,
    )
    .join(' ');
}

/** What XML 1.0 has no character for is written like pytest does it: `#x1B`. */
function escaped(text) {
  return text
    .replace(/[^\t\n\r\u0020-\u007e\u0080-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, (character) => {
      const code = character.codePointAt(0).toString(16).toUpperCase();
      return `#x${code.padStart(code.length > 2 ? 4 : 2, '0')}`;
    })
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
