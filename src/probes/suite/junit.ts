import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { ReportError } from './report-error.ts';
import type { Tally, ToldTest } from './tally.ts';

/** JUnit nests a handful: suites in suites, a test, what it said. */
const deepest = 50;
/** Characters of one text, or of one tag; the parser has to hold each of them whole. */
const longestPart = 32 * 1024 * 1024;
/** Of a text that is kept. */
const keptText = 100_000;

type Attributes = Readonly<Record<string, string>>;

interface Suite {
  readonly name: string;
  readonly file: string;
}

interface Case {
  readonly attributes: Attributes;
  failed: boolean;
  skipped: boolean;
  todo: boolean;
  message: string;
  text: string;
}

/**
 * Reads JUnit XML as pytest, jest-junit, Surefire, Gradle, Playwright and gotestsum write it; there is no standard, and
 * https://github.com/testmoapp/junitxml collects what they do. The parser knows the five entities of XML and no others,
 * so none can multiply.
 * @throws ReportError when it is no XML, nested too deeply, or one text is larger than 32 MiB
 */
export async function readJunit(chunks: AsyncIterable<string>, tally: Tally): Promise<void> {
  const reader = new JunitReader(tally);
  let begun = false;
  for await (const chunk of chunks) {
    // A report on stdout stands behind what the program says first.
    const text: string = begun ? chunk : chunk.slice(Math.max(0, chunk.indexOf('<')));
    begun ||= text.includes('<');
    if (begun) reader.write(text);
  }
  if (!begun) throw new ReportError('SUITE_SILENT', 'The report is empty.');
  reader.end();
}

class JunitReader {
  readonly #parser = new SaxesParser();
  readonly #tally: Tally;
  readonly #open: string[] = [];
  readonly #suites: Suite[] = [];
  #case: Case | undefined;
  #since = 0;

  constructor(tally: Tally) {
    this.#tally = tally;
    this.#parser.on('opentag', (tag) => {
      this.#opened(tag);
    });
    this.#parser.on('closetag', (tag) => {
      this.#closed(tag);
    });
    for (const kind of ['text', 'cdata'] as const)
      this.#parser.on(kind, (text) => {
        this.#told(text);
      });
    this.#parser.on('comment', () => {
      this.#since = 0;
    });
  }

  write(chunk: string): void {
    this.#since += chunk.length;
    this.#guarded(() => this.#parser.write(chunk));
    if (this.#since > longestPart)
      throw new ReportError('SUITE_TOO_LARGE', 'One text in the report is larger than 32 MiB.');
  }

  end(): void {
    this.#guarded(() => this.#parser.close());
  }

  #guarded(work: () => unknown): void {
    try {
      work();
    } catch (error) {
      if (error instanceof ReportError) throw error;
      // `line:column: what is wrong`
      const evidence = error instanceof Error ? [error.message.slice(0, 300)] : [];
      throw new ReportError('SUITE_UNREADABLE', 'The report is no valid XML.', evidence);
    }
  }

  #opened({ name, attributes }: SaxesTagPlain): void {
    this.#since = 0;
    this.#open.push(name);
    if (this.#open.length === 1 && name !== 'testsuites' && name !== 'testsuite')
      throw new ReportError('SUITE_UNREADABLE', 'The report is XML, but not JUnit.', [
        `It begins with <${name.slice(0, 100)}>`,
      ]);
    if (this.#open.length > deepest)
      throw new ReportError('SUITE_UNREADABLE', `The report is nested more than ${deepest} levels deep.`);
    switch (name) {
      case 'testsuite':
        this.#suites.push({
          name: attributes['name'] ?? '',
          file: attributes['file'] ?? attributes['filepath'] ?? '',
        });
        break;
      case 'testcase':
        this.#case = {
          attributes,
          failed: false,
          skipped: false,
          todo: false,
          message: '',
          text: '',
        };
        break;
      case 'failure':
      case 'error':
        if (this.#case === undefined) break;
        this.#case.failed = true;
        if (this.#case.message === '') this.#case.message = attributes['message'] ?? attributes['type'] ?? '';
        break;
      case 'skipped':
        if (this.#case === undefined) break;
        this.#case.skipped = true;
        // node:test writes what is to do so, and a failure beside it, which is none.
        if (attributes['type'] === 'todo') this.#case.todo = true;
    }
  }

  #told(text: string): void {
    this.#since = 0;
    const inside = this.#open.at(-1);
    if (this.#case === undefined || (inside !== 'failure' && inside !== 'error')) return;
    const left = keptText - this.#case.text.length;
    if (left > 0) this.#case.text += text.length > left ? text.slice(-left) : text;
  }

  #closed({ name }: SaxesTagPlain): void {
    this.#since = 0;
    this.#open.pop();
    if (name === 'testsuite') this.#suites.pop();
    if (name !== 'testcase' || this.#case === undefined) return;
    this.#tally.add(testOf(this.#case, this.#suites.at(-1)));
    this.#case = undefined;
  }
}

function testOf(
  { attributes, failed, skipped, todo, message, text }: Case,
  suite: Suite | undefined,
): ToldTest {
  const test = attributes['name'] ?? '';
  return {
    module: moduleOf(attributes, suite),
    test,
    outcome: failed && !todo ? 'failed' : skipped ? 'skipped' : 'passed',
    tookMs: Number((attributes['time'] ?? '0').replaceAll(',', '')) * 1_000,
    message,
    text,
  };
}

/** The file where it is told, else the class. jest-junit and mocha put the test's own name there: then the suite's. */
function moduleOf({ file, classname = '', name = '' }: Attributes, suite: Suite | undefined): string {
  const told = file ?? suite?.file ?? '';
  if (told !== '') return told;
  const own = classname === name || classname.endsWith(` ${name}`) ? '' : classname;
  return own || suite?.name || classname;
}
