import { describe, expect, it } from 'vitest';
import { causeOf as wholeCauseOf } from '../../src/domain/cause.ts';

/** Without what it means, of which test/domain/cause/known.test.ts tells. */
function causeOf(entries: readonly string[]) {
  const { known: _, ...cause } = wholeCauseOf(entries) ?? {};
  return Object.keys(cause).length === 0 ? undefined : cause;
}

const python = [
  'INFO: starting',
  'Traceback (most recent call last):',
  '  File "/usr/local/bin/uvicorn", line 8, in <module>',
  '    sys.exit(main())',
  '  File "/app/app/main.py", line 14, in <module>',
  '    from app.agents.supervisor import Supervisor',
  '  File "/app/app/agents/supervisor.py", line 27, in <module>',
  '    sessions = DatabaseSessionManager(settings.database_url)',
  '               ^^^^^^^^^^^^^^^^^^^^^^',
  '  File "/usr/local/lib/python3.12/site-packages/sqlalchemy/orm.py", line 3, in go',
  "NameError: name 'DatabaseSessionManager' is not defined",
  'Container called exit(1).',
];
const node = [
  '/app/server.js:12',
  '    throw new TypeError("x");',
  '    ^',
  '',
  "TypeError [ERR_INVALID_ARG_TYPE]: The 'path' argument must be a string",
  '    at Object.open (node:internal/fs:12:3)',
  '    at load (/app/node_modules/config/index.js:4:9)',
  '    at start (/app/src/server.js:12:11)',
  '    at file:///app/src/index.js:3:1',
  'Node.js v20.1.0',
];
const nameError = {
  error: "NameError: name 'DatabaseSessionManager' is not defined",
  at: '/app/app/agents/supervisor.py:27',
};

describe('the cause', () => {
  it('in Python is the error with the innermost frame of the team', () => {
    expect(causeOf(python)).toEqual(nameError);
  });

  it('is found in one entry of many lines, as Cloud Logging keeps a traceback', () => {
    expect(causeOf(['INFO: starting', python.slice(1, -1).join('\n'), 'exit(1)'])).toEqual(nameError);
  });

  it('in Node is the error with the first frame of the team', () => {
    expect(causeOf(node)).toEqual({
      error: "TypeError [ERR_INVALID_ARG_TYPE]: The 'path' argument must be a string",
      at: '/app/src/server.js:12',
    });
    expect(causeOf(['ReferenceError: x is not defined', '    at file:///app/src/index.js:3:1'])).toEqual({
      error: 'ReferenceError: x is not defined',
      at: 'file:///app/src/index.js:3',
    });
  });

  it.each([
    "Error: Cannot find module '/app/dist/server.js'",
    'Exception: the database is away',
    'django.core.exceptions.ImproperlyConfigured: SECRET_KEY',
    'sqlalchemy.exc.OperationalError: could not connect',
    'SystemExit: 3',
    'KeyboardInterrupt: stop',
  ])('can be %j', (error) => {
    expect(causeOf(['started', error, 'ended'])).toEqual({ error });
  });

  it('is the last of several tracebacks: what was raised at last ended it', () => {
    const first = ['Traceback (most recent call last):', '  File "/app/a.py", line 1, in a', "KeyError: 'x'"];
    const second = [
      'Traceback (most recent call last):',
      '  File "/app/b.py", line 2, in b',
      'ValueError: y',
    ];
    const between = 'During handling of the above exception, another exception occurred:';
    expect(causeOf([...first, '', between, '', ...second])).toEqual({
      error: 'ValueError: y',
      at: '/app/b.py:2',
    });
    expect(causeOf([...node, ...python])).toEqual(nameError);
  });

  it('without frames of the team names no place', () => {
    const lines = ['  File "/usr/lib/python3/dist-packages/x.py", line 1, in y', 'ImportError: no z'];
    expect(causeOf(lines)).toEqual({ error: 'ImportError: no z' });
  });

  it.each([
    [[]],
    [['']],
    [['listening on 8080', 'GET /health 200']],
    [['An error: nothing that a program threw']],
    [['  File "/app/a.py", line 1, in a']],
    [['ERROR: health check failed: 111 connecting to redis']],
  ])('is not guessed from %j', (entries) => {
    expect(causeOf(entries)).toBeUndefined();
  });

  it('is found in no time among lines made to slow it down', () => {
    const hostile = [
      'ValueError: y',
      `    at ${'/'.repeat(100_000)}`,
      `    at ${'/a:1'.repeat(25_000)}(`,
      'A.'.repeat(50_000),
      'AError'.repeat(20_000),
    ];
    const begun = performance.now();
    expect(causeOf(hostile)).toEqual({ error: 'ValueError: y' });
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
