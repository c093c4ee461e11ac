import type { Finding } from '../rounds/summary.ts';
import { normalised } from './normalise.ts';
import type { FailedTest } from './run.ts';

/** People read it in one line of a list. */
const longest = 200;
/** What its excerpt and its message may have at most; a longer one is cut before it is looked at. */
const readAtMost = 4_000;

/** `failed on setup with "NameError: x"`: what pytest's JUnit report says of a fixture that fails. */
const wrapped = /^(?:failed on (?:setup|teardown) with|test (?:setup|teardown) failure:?) ["']?(.+?)["']?$/i;
/** What a rethrown error names as its own cause: Node's `[cause]:`, Java's `Caused by:`. The last is the innermost. */
const nested = /^[ \t]*(?:\[cause\]|Caused by): (.+)$/gm;
/** Jest and Vitest say what differs in lines below their message. */
const difference = /^\s*(Expected|Received)\b[^:\n]{0,40}:\s*(.+)$/gm;
/** An assertion about nothing but literals says the same of many tests that have nothing in common. */
const literal = String.raw`(?:-?\d+(?:\.\d+)?|…|true|false|none|null|undefined|nan|""|''|\[\]|\{\}|set\(\))`;
const relation = String.raw`(?:[=!<>]{1,3}|is(?: not)?|to (?:be|equal|deeply equal|strictly equal)|but (?:was|got)|got|received|in)`;
const bareAssertion = new RegExp(
  String.raw`^(?:[\w.]*(?:Error|Exception|Failed|Failure)\w*:? ?)?` +
    String.raw`(?:(?:assert|expected|expect)?[ (:<]*(?:not )?${literal}[)>]?` +
    String.raw`(?:[ ,:]+${relation}?[ :<]*(?:not )?${literal}>?)?[.!]?(?: // .*)?)?$`,
  'i',
);
const matcherOnly =
  /^(?:\w*Error(?: \[\w+\])?: )?(?:expect\(.*\)\.[\w.]+\(.*\)(?: \/\/ .*)?|Expected values to be [a-z ]+:?|The expression evaluated to a falsy value:?)$/;
/** A place in code, as Python, pytest and Node write it, from inside of the project. */
const places =
  /(?:File "([^"\n]+)", line (\d+)|(?:^|[\s(])((?:file:\/\/)?[\w@.~/-]+\.\w{1,5}):(\d+)(?::\d+)?)/gm;
const foreign = /site-packages|dist-packages|node_modules|\/lib\/python|<frozen|node:/;

/**
 * What a failing test has in common with others that fail for the same reason: the line that explains it, without what
 * differs from run to run. At most 200 characters. An assertion that says nothing (`assert False`) has its place beside
 * it, because many tests say so that have nothing in common.
 */
export function causeLine(message: string, excerpt: string): string {
  return cut(normalised(explanationOf(message.slice(0, readAtMost), excerpt.slice(0, readAtMost))));
}

/** Failing tests with one cause, in the order of their modules. */
export interface SharedCause {
  readonly cause: string;
  /** At least one. */
  readonly tests: readonly FailedTest[];
  /** Of the first that has one. */
  readonly excerpt: string;
}

/**
 * Failing tests by what they have in common, the cause of most tests first. Those that passed when they were run again
 * are the caller's to leave out.
 */
export function byCause(failed: readonly FailedTest[]): readonly SharedCause[] {
  const groups = new Map<string, FailedTest[]>();
  for (const test of failed) {
    const key = isBare(test.cause) ? `${test.cause}\n${test.module}` : test.cause;
    groups.set(key, [...(groups.get(key) ?? []), test]);
  }
  return [...groups.values()].map(inOrder).sort(byWeight).map(sharedBy);
}

/** The same for the record of a round, with the ids of the tests. */
export function findingsOf(failed: readonly FailedTest[]): readonly Finding[] {
  return byCause(failed).map(({ tests, ...shared }) => ({ ...shared, tests: tests.map(({ id }) => id) }));
}

function explanationOf(message: string, excerpt: string): string {
  const lines = excerpt.split('\n').map((line) => line.trim());
  const said = oneLine(message) || oneLine(lines.find((line) => line !== '') ?? '') || 'It said nothing';
  const plain = wrapped.exec(said)?.[1] ?? said;
  const innermost = [...excerpt.matchAll(nested)].at(-1)?.[1];
  if (innermost !== undefined) return oneLine(innermost).replace(/ \{$/, '');
  if (!isBare(plain)) return plain;
  const differs = differenceIn(excerpt);
  if (differs !== undefined && !isBare(differs)) return `${plain.replace(/ \/\/ .*$/, '')}: ${differs}`;
  const place = placeIn(excerpt);
  return place === undefined ? plain : `${plain}, at ${place}`;
}

function differenceIn(excerpt: string): string | undefined {
  const found = [...excerpt.matchAll(difference)].map(
    ([, side = '', value = '']) => `${side.toLowerCase()} ${oneLine(value)}`,
  );
  return found.length < 2 ? undefined : found.slice(0, 2).join(', ');
}

/** Where it failed: pytest names the place last, Node first; the first that is no library's in Node's order. */
function placeIn(excerpt: string): string | undefined {
  const found = [...excerpt.matchAll(places)]
    .map(([, python, line, node, at]) => `${python ?? node ?? ''}:${line ?? at ?? ''}`)
    .filter((place) => !foreign.test(place));
  return /^\s+at /m.test(excerpt) ? found[0] : found.at(-1);
}

/** An HTTP status is a fault of its own, wherever it was expected: it is not bare. */
function isBare(line: string): boolean {
  if (/(?<!\d)[45]\d\d(?!\d)/.test(line)) return false;
  return bareAssertion.test(line) || matcherOnly.test(line);
}

function sharedBy(tests: readonly FailedTest[]): SharedCause {
  const excerpt = tests.find((test) => test.excerpt.trim() !== '')?.excerpt ?? '';
  return { cause: tests[0]?.cause ?? '', tests, excerpt };
}

/** `test_2` goes before `test_10`, as people count. */
const collator = new Intl.Collator('en', { numeric: true });

function inOrder(tests: readonly FailedTest[]): readonly FailedTest[] {
  return [...tests].sort((a, b) => collator.compare(a.module, b.module) || collator.compare(a.id, b.id));
}

function byWeight(a: readonly FailedTest[], b: readonly FailedTest[]): number {
  const [one, other] = [a[0], b[0]];
  if (a.length !== b.length || one === undefined || other === undefined) return b.length - a.length;
  return collator.compare(one.module, other.module) || collator.compare(one.id, other.id);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
