import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causeOf, explain, tailLines } from '../../../src/domain/cause.ts';

/** Printed by the programs themselves (Python 3.11, Node 20, Java 17), or taken from the threads named in known.ts. */
function log(name: string): readonly string[] {
  return readFileSync(new URL(`fixtures/${name}.txt`, import.meta.url), 'utf8').split('\n');
}

describe('the cause in real logs', () => {
  it.each([
    [
      'python-import',
      "NameError: name 'DatabaseSessionManager' is not defined",
      '/app/app/agents/supervisor.py:14',
      'missing import',
    ],
    ['python-group', 'NoSuchAgent: billing', '/app/g.py:3', undefined],
    ['python-from', 'RuntimeError: no settings', '/app/d.py:7', undefined],
    ['python-syntax', 'SyntaxError: invalid syntax', '/app/s.py:1', undefined],
    ['python-env', "KeyError: 'E2E_OAUTH_SIMULATION_KEY'", '/app/k.py:2', 'missing environment variable'],
    ['gunicorn', "ModuleNotFoundError: No module named 'stripe'", '/app/wsgi.py:3', 'missing import'],
    [
      'pydantic',
      'pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings API_ID Field required',
      '/app/bot/config/config.py:34',
      'missing environment variable',
    ],
    [
      'alembic',
      "alembic.util.exc.CommandError: Can't locate revision identified by 'bc804d8e7a18'",
      '/app/migrations/env.py:81',
      'migration',
    ],
    ['node-cause', 'Error: bad port', 'file:///app/n.mjs:1', undefined],
    ['node-module', "Error: Cannot find module './lib/none'", '/app/m.cjs:1', 'missing import'],
    [
      'node-heap',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      undefined,
      'out of memory',
    ],
    [
      'java',
      'java.net.ConnectException: Connection refused',
      'Main$Db.open (Main.java:2)',
      'dependency not reachable',
    ],
    [
      'go-panic',
      'panic: runtime error: invalid memory address or nil pointer dereference',
      '/app/agents/supervisor.go:14',
      undefined,
    ],
    [
      'go-request',
      'panic: runtime error: invalid memory address or nil pointer dereference',
      'example.com/verification/pkg/controller/codestatus/api.go:40',
      undefined,
    ],
  ])('of %s', (name, ...[error = '', at, known]) => {
    const { cause, lines } = explain(log(name));
    expect({ error: cause?.error, at: cause?.at, known: cause?.known?.name }).toEqual({ error, at, known });
    expect(lines.length).toBeLessThanOrEqual(tailLines);
    expect(lines.join('\n')).toContain(error.split(' API_ID')[0]?.replace('panic: ', ''));
  });

  it('is shown with its frames, and not with what came after', () => {
    const { lines } = explain([
      ...log('java'),
      ...Array.from({ length: 30 }, (_, each) => `GET /${each} 503`),
    ]);
    expect(lines[0]).toBe('Caused by: java.net.ConnectException: Connection refused');
    expect(lines.join('\n')).not.toContain('GET /');
    expect(explain(log('python-import')).lines.at(-1)).toMatch(/^NameError/);
  });

  it('is found in a field of a JSON log', () => {
    const traceback = log('python-import').slice(1, -2).join('\n');
    const place = '/app/app/agents/supervisor.py:14';
    for (const entry of [
      { severity: 'ERROR', message: `start failed\n${traceback}` },
      { level: 'error', event: 'start failed', exception: traceback },
      { levelname: 'ERROR', message: 'start failed', exc_info: traceback },
    ])
      expect(causeOf(['{"message":"starting"}', JSON.stringify(entry)])?.at, JSON.stringify(entry)).toBe(
        place,
      );
    const stack = log('node-module').slice(4, 14).join('\n');
    const pino = { level: 50, msg: 'start failed', err: { type: 'Error', message: 'x', stack } };
    expect(causeOf([JSON.stringify(pino)])).toMatchObject({ at: '/app/m.cjs:1' });
    const logstash = {
      '@timestamp': 'x',
      level: 'ERROR',
      message: 'Application run failed',
      stack_trace: log('java').join('\n'),
    };
    expect(causeOf([JSON.stringify(logstash)])?.error).toBe('java.net.ConnectException: Connection refused');
  });

  it.each([
    ['{"severity":"CRITICAL","message":"cannot read the agents"}', 'cannot read the agents'],
    [
      '{"level":"fatal","msg":"cannot listen","error":"listen tcp :8080: bind: address already in use"}',
      'listen tcp :8080: bind: address already in use',
    ],
    ['{"level":60,"msg":"no agents"}', 'no agents'],
    ['time="2026-03-01T19:00:04Z" level=fatal msg="no agents" pid=1', 'no agents'],
    ['2026-03-01 19:00:04 CRITICAL no agents', undefined],
    ['CRITICAL:root:no agents', 'root:no agents'],
    ['FATAL: no agents', 'no agents'],
    ['{"severity":"ERROR","message":"health check failed"}', undefined],
    ['{"severity":', undefined],
  ])('without a traceback is what the program itself calls fatal: %s', (line, error) => {
    const found = causeOf(['starting', line, 'stopped'])?.error;
    if (error === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(error);
  });

  it('is that of the last traceback when two programs write at once', () => {
    const header = 'Traceback (most recent call last):';
    const mixed = [
      header,
      header,
      '  File "/app/a.py", line 1, in a',
      'INFO:     still here',
      '  File "/app/b.py", line 2, in b',
      'KeyError: 1',
      'acme.agents.NoSuchAgent: billing',
    ];
    expect(causeOf(mixed)).toEqual({ error: 'acme.agents.NoSuchAgent: billing', at: '/app/b.py:2' });
  });

  it('of an error without frames is not the place of an earlier one', () => {
    expect(causeOf([...log('python-import'), 'later', 'ValueError: y'])).toEqual({ error: 'ValueError: y' });
    expect(causeOf([...log('java'), 'later', 'ValueError: y'])).toEqual({ error: 'ValueError: y' });
  });

  it('is what the platform ended it for, when that came last', () => {
    const memory = 'Memory limit of 512 MiB exceeded with 516 MiB used. Consider increasing the memory limit';
    expect(causeOf([...log('python-import'), memory])).toMatchObject({
      error: memory,
      known: { name: 'out of memory' },
    });
    expect(causeOf(['starting', memory, ...log('python-import')])?.error).toMatch(/^NameError/);
  });

  it('is not the port, when the program said why it did not listen', () => {
    const probe =
      'Default STARTUP TCP probe failed 1 time consecutively for container "backend-1" on port 8080.';
    expect(causeOf([...log('python-import'), probe])?.error).toMatch(/^NameError/);
    expect(causeOf(['FATAL: no agents', probe])?.error).toBe('no agents');
    expect(causeOf(['starting', probe])?.known?.name).toBe('port not listened on');
  });

  it('can be the condition of the revision alone', () => {
    const condition =
      'Revision ‘b’ is not ready. Permission denied on secret: projects/1/secrets/KEY/versions/latest for Revision service account x.';
    expect(explain([], condition)).toMatchObject({
      cause: { error: condition, known: { name: 'secret' } },
      lines: [],
    });
    expect(explain(['started'], 'no reason')).toEqual({ lines: ['started'] });
    expect(explain(log('python-import'), condition).cause?.error).toMatch(/^NameError/);
  });

  it('is found in 200,000 lines in bounded time', () => {
    const lines = [
      ...log('go-panic'),
      ...Array.from({ length: 200_000 }, (_, each) => `INFO: request ${each} {"a":1} at /x`),
    ];
    const begun = performance.now();
    expect(causeOf(lines)?.error).toMatch(/^panic/);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});
