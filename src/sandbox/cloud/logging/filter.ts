import { invalidArgument } from '../errors.ts';
import { comparison, type Test } from './comparison.ts';

interface Token {
  readonly kind: 'word' | 'string' | 'operator' | 'open' | 'close';
  readonly text: string;
  readonly at: number;
}

const TOKENS = /\s+|--[^\n]*|"((?:[^"\\]|\\.)*)"|(!=|>=|<=|=~|!~|[=:<>])|(\()|(\))|([\w./%+@*-]+)/y;

/**
 * The part of the Logging query language that tools use most: comparisons joined by AND (also implied by a space or a
 * new line), OR, NOT and parentheses. OR binds tighter than AND: https://cloud.google.com/logging/docs/view/logging-query-language#boolean-operators
 * @throws RpcError INVALID_ARGUMENT for anything else, regular expressions included.
 */
export function parseFilter(filter: string): Test {
  if (filter.length > 20_000) throw invalidArgument('Filter exceeds the maximum length of 20000 characters.');
  const parser = new Parser(filter);
  return parser.parse();
}

class Parser {
  readonly #filter: string;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(filter: string) {
    this.#filter = filter;
    this.#tokens = tokenize(filter);
  }

  parse(): Test {
    if (this.#tokens.length === 0) return () => true;
    const test = this.#conjunction();
    if (this.#peek() !== undefined) throw this.#unexpected();
    return test;
  }

  #conjunction(): Test {
    const tests = [this.#disjunction()];
    for (let next = this.#peek(); next !== undefined && next.kind !== 'close'; next = this.#peek()) {
      this.#takeWord('AND');
      tests.push(this.#disjunction());
    }
    return (entry) => tests.every((test) => test(entry));
  }

  #disjunction(): Test {
    const tests = [this.#negation()];
    while (this.#takeWord('OR')) tests.push(this.#negation());
    return (entry) => tests.some((test) => test(entry));
  }

  #negation(): Test {
    if (!this.#takeWord('NOT')) return this.#primary();
    const test = this.#negation();
    return (entry) => !test(entry);
  }

  #primary(): Test {
    const token = this.#take();
    if (token?.kind === 'open') {
      const test = this.#conjunction();
      if (this.#take()?.kind !== 'close') throw this.#unexpected();
      return test;
    }
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'string'))
      throw this.#unexpected(token);
    const operator = this.#peek();
    if (operator?.kind !== 'operator') return this.#anywhere(token);
    this.#position += 1;
    return this.#comparison(token, operator);
  }

  // A bare string matches any field: https://cloud.google.com/logging/docs/view/logging-query-language#global-restrictions
  #anywhere(token: Token): Test {
    if (/^(AND|OR|NOT)$/.test(token.text)) throw this.#unexpected(token);
    const wanted = token.text.toLowerCase();
    return (entry) => JSON.stringify(entry).toLowerCase().includes(wanted);
  }

  #comparison(left: Token, operator: Token): Test {
    const value = this.#take();
    if (value === undefined || (value.kind !== 'word' && value.kind !== 'string'))
      throw this.#unexpected(value);
    if (operator.text.includes('~')) throw this.#unexpected(operator);
    const test = comparison({
      path: left.text,
      operator: operator.text,
      value: value.text,
      quoted: value.kind === 'string',
    });
    if (typeof test === 'string') throw invalidArgument(`Unparseable filter: ${test}`);
    return test;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#position];
  }

  #take(): Token | undefined {
    const token = this.#peek();
    this.#position += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    const found = token?.kind === 'word' && token.text === word;
    if (found) this.#position += 1;
    return found;
  }

  #unexpected(token = this.#peek()): Error {
    return unparseable(this.#filter, token?.at ?? this.#filter.length, token?.text ?? '<EOF>');
  }
}

function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < filter.length) {
    const at = TOKENS.lastIndex;
    const match = TOKENS.exec(filter);
    if (match === null) throw unparseable(filter, at, filter.charAt(at));
    const token = toToken(match);
    if (token !== undefined) tokens.push({ ...token, at });
  }
  return joinQuotedPaths(tokens);
}

function toToken([, text, operator, open, close, word]: RegExpExecArray): Omit<Token, 'at'> | undefined {
  if (text !== undefined) return { kind: 'string', text: text.replace(/\\(.)/g, '$1') };
  if (operator !== undefined) return { kind: 'operator', text: operator };
  if (open !== undefined) return { kind: 'open', text: open };
  if (close !== undefined) return { kind: 'close', text: close };
  return word === undefined ? undefined : { kind: 'word', text: word };
}

// labels."instance/id"="x": the path's last part is quoted because it holds a slash or a dot.
function joinQuotedPaths(tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (const token of tokens) {
    const last = joined.at(-1);
    if (token.kind === 'string' && last?.kind === 'word' && last.text.endsWith('.')) {
      joined[joined.length - 1] = { ...last, text: `${last.text}"${token.text}"` };
    } else joined.push(token);
  }
  return joined;
}

function unparseable(filter: string, at: number, token: string): Error {
  const before = filter.slice(0, at).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  return invalidArgument(
    `Unparseable filter: syntax error at line ${before.length}, column ${column}, token '${token}'`,
  );
}
