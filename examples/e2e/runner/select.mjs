/** Words of -k: https://docs.pytest.org/en/stable/how-to/usage.html#specifying-which-tests-to-run */
const TOKEN = /\s*(?:([()])|((?:\w|[:+./[\]\\-])+))/y;

export class UsageError extends Error {}

/** Whether a test is wanted, by its names; -k looks for parts of them, whatever their case. */
export function keywordFilter(expression) {
  const tokens = tokensOf(expression);
  let at = 0;
  const wrong = (expected) => {
    const found = tokens[at] ?? 'end of input';
    return new UsageError(
      `Wrong expression passed to '-k': ${expression}: expected ${expected}; got ${found}`,
    );
  };
  const taken = (word) => tokens[at] === word && ++at > 0;

  function either() {
    let left = both();
    while (taken('or')) left = joined(left, both(), (a, b) => a || b);
    return left;
  }

  function both() {
    let left = one();
    while (taken('and')) left = joined(left, one(), (a, b) => a && b);
    return left;
  }

  function one() {
    if (taken('not')) {
      const inner = one();
      return (names) => !inner(names);
    }
    if (taken('(')) {
      const inner = either();
      if (!taken(')')) throw wrong('right parenthesis');
      return inner;
    }
    const word = tokens[at];
    if (word === undefined || ['and', 'or', ')'].includes(word))
      throw wrong('not OR left parenthesis OR identifier');
    at += 1;
    return (names) => names.some((name) => name.toLowerCase().includes(word.toLowerCase()));
  }

  // None is everything.
  if (tokens.length === 0) return () => true;
  const filter = either();
  if (at < tokens.length) throw wrong('end of input');
  return filter;
}

const joined = (left, right, join) => (names) => join(left(names), right(names));

function tokensOf(expression) {
  const tokens = [];
  const text = expression.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const [, bracket, word] = TOKEN.exec(text) ?? [];
    if (bracket === undefined && word === undefined)
      throw new UsageError(
        `Wrong expression passed to '-k': ${expression}: unexpected "${text.slice(from).trim()[0]}"`,
      );
    tokens.push(bracket ?? word);
  }
  return tokens;
}

/** Tests by their node ids (`module::test`, or a module alone), in the order of the files; no id means all. */
export function byNodeIds(tests, ids) {
  if (ids.length === 0) return tests;
  for (const id of ids)
    if (!tests.some((test) => isNamed(test, id)))
      throw new UsageError(`not found: ${id}\n(no match in any of ${tests.length} tests)`);
  return tests.filter((test) => ids.some((id) => isNamed(test, id)));
}

function isNamed({ module, name }, id) {
  const [file, test] = id.split('::');
  return file.replace(/\.mjs$/, '') === module && (test === undefined || test === name);
}
