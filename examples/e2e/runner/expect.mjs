/** Named as pytest names it. */
export class AssertionError extends Error {
  name = 'AssertionError';
}

export class Skipped extends Error {
  name = 'Skipped';
}

/** `what` reads on: `GET /health answered HTTP` 503, not 200. */
export function same(actual, expected, what) {
  const [is, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  if (is !== wanted) throw new AssertionError(`${what} ${is}, not ${wanted}`);
}

export function holds(condition, what) {
  if (!condition) throw new AssertionError(what);
}

export function skip(why) {
  throw new Skipped(why);
}
