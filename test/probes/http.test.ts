import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../src/domain/target.ts';
import { checkHealth } from '../../src/probes/http.ts';
import { type Loopback, loopback } from '../support/loopback.ts';

const open: Loopback[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.stop();
});
async function serve(listener: RequestListener): Promise<Loopback> {
  const server = await loopback(listener);
  open.push(server);
  return server;
}

const health: HealthCheck = { path: '/health', status: 200, withinMs: 2_000 };
const alive = new AbortController().signal;
const check = (url: string, more: Partial<HealthCheck> = {}) =>
  checkHealth(url, { ...health, ...more }, alive);

/** Answers with these statuses in turn, the last of them for ever. */
function statuses(...list: readonly number[]): RequestListener {
  let index = 0;
  return (_request, response) => {
    response.writeHead(list[Math.min(index, list.length - 1)] ?? 200).end('{}');
    index += 1;
  };
}

describe('a service', () => {
  it('that answers as expected is healthy after five looks', async () => {
    const paths: string[] = [];
    const server = await serve((request, response) => {
      paths.push(request.url ?? '');
      response.end('ok');
    });
    const seen = await check(server.url, { path: '/health?deep=1&x=%20' });
    expect(seen).toMatchObject({
      name: 'GET /health?deep=1&x=%20',
      expected: 'HTTP 200 within 2000 ms',
      verdict: 'healthy',
      samples: 5,
      failures: 0,
    });
    expect(seen.medianMs).toBeGreaterThan(0);
    expect(seen).not.toHaveProperty('seen');
    expect(paths).toEqual(Array.from({ length: 5 }, () => '/health?deep=1&x=%20'));
  });

  it('is asked at its root, wherever the URL given ends', async () => {
    const paths = new Set<string>();
    const server = await serve((request, response) => {
      paths.add(request.url ?? '');
      response.end();
    });
    await check(`${server.url}/somewhere/`);
    expect([...paths]).toEqual(['/health']);
  });

  it('that answers 500 is unhealthy after five looks', async () => {
    const server = await serve(statuses(500));
    expect(await check(server.url)).toEqual({
      name: 'GET /health',
      expected: 'HTTP 200 within 2000 ms',
      verdict: 'unhealthy',
      samples: 5,
      failures: 5,
      seen: 'HTTP 500',
    });
    expect(server.asked()).toBe(5);
  });

  it('may be expected to answer something else', async () => {
    const server = await serve(statuses(401));
    expect(await check(server.url, { status: 401 })).toMatchObject({ verdict: 'healthy' });
    expect(await check(server.url)).toMatchObject({ verdict: 'unhealthy', seen: 'HTTP 401' });
  });

  it('that sends people elsewhere is not followed', async () => {
    const elsewhere = await serve(statuses(200));
    const server = await serve((_request, response) => {
      response.writeHead(302, { location: elsewhere.url }).end();
    });
    expect(await check(server.url)).toMatchObject({ verdict: 'unhealthy', seen: 'HTTP 302' });
    expect(elsewhere.asked()).toBe(0);
  });
});

describe('a mixed picture is looked at longer', () => {
  it.each([
    [[500, 200], 'healthy', 20, 1],
    [[500, 500, 200], 'healthy', 20, 2],
    [[500, 200, 500, 200, 200, 500, 200], 'unhealthy', 20, 3],
    [[500, 500, 500, 200], 'unhealthy', 5, 3],
    [[200, 200, 200, 500], 'unhealthy', 7, 4],
  ] as const)('%j: %s', async (...[list, verdict, samples, failures]) => {
    const server = await serve(statuses(...list));
    expect(await check(server.url)).toMatchObject({ verdict, samples, failures });
    expect(server.asked()).toBe(samples);
  });

  it('and the speed is that of the answers as expected', async () => {
    let index = 0;
    const server = await serve((_request, response) => {
      index += 1;
      if (index === 1) setTimeout(() => response.writeHead(500).end(), 300);
      else response.end();
    });
    const seen = await check(server.url);
    expect(seen.failures).toBe(1);
    expect(seen.medianMs).toBeLessThan(250);
  });
});

describe('a service that does not answer in time', () => {
  const late = { verdict: 'unhealthy', failures: 5, seen: 'no answer within 50 ms' };

  it('is unhealthy: it hangs', async () => {
    const server = await serve(() => undefined);
    expect(await check(server.url, { withinMs: 50 })).toMatchObject(late);
  });

  it('is unhealthy: the answer begins and does not end', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200).write('{');
    });
    expect(await check(server.url, { withinMs: 50 })).toMatchObject(late);
  });

  it('is healthy within a longer time: it is slow', async () => {
    const server = await serve((_request, response) => {
      setTimeout(() => response.end(), 100);
    });
    const seen = await check(server.url, { withinMs: 1_500 });
    expect(seen).toMatchObject({ verdict: 'healthy', failures: 0 });
    expect(seen.medianMs).toBeGreaterThan(90);
  });
});

describe('a service that breaks off', () => {
  it('is unhealthy: it resets', async () => {
    const server = await serve((request) => {
      request.socket.resetAndDestroy();
    });
    const seen = await check(server.url);
    expect(seen).toMatchObject({ verdict: 'unhealthy', failures: 5 });
    expect(seen.seen).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  });

  it('is unhealthy: the answer is cut', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy());
    });
    const seen = await check(server.url);
    expect(seen).toMatchObject({ verdict: 'unhealthy', failures: 5 });
    expect(seen.seen).toMatch(/ECONNRESET|UND_ERR_SOCKET|terminated/);
  });

  it('is unhealthy: nobody listens', async () => {
    const server = await loopback(statuses(200));
    await server.stop();
    expect(await check(server.url)).toMatchObject({
      verdict: 'unhealthy',
      failures: 5,
      seen: 'ECONNREFUSED',
    });
  });

  it('is unhealthy: it does not speak HTTP', async () => {
    const server = await serve((request) => {
      request.socket.end('SSH-2.0-OpenSSH_9\r\n\r\n');
    });
    const seen = await check(server.url);
    expect(seen).toMatchObject({ verdict: 'unhealthy', failures: 5 });
    expect(seen.seen).not.toBe('');
  });
});

it('an answer without end is not read to its end', async () => {
  let sent = 0;
  const server = await serve((_request, response) => {
    const chunk = Buffer.alloc(64 * 1024);
    const pour = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on('drain', pour);
    pour();
  });
  const seen = await check(server.url, { withinMs: 5_000 });
  expect(seen).toMatchObject({ samples: 5, failures: 0 });
  // 1 MiB of each answer is read; the rest is what sockets hold.
  expect(sent).toBeLessThan(5 * 16 * 1024 * 1024);
});

describe('a worker that must let go', () => {
  it('stops a look that is under way', async () => {
    const controller = new AbortController();
    // Never answers.
    const server = await serve(() => {
      controller.abort(new Error('shutdown'));
    });
    const look = checkHealth(server.url, { ...health, withinMs: 20_000 }, controller.signal);
    await expect(look).rejects.toThrow('shutdown');
    expect(server.asked()).toBe(1);
  });

  it('does not ask at all when it has let go already', async () => {
    const server = await serve(statuses(200));
    await expect(checkHealth(server.url, health, AbortSignal.abort(new Error('lost')))).rejects.toThrow(
      'lost',
    );
    expect(server.asked()).toBe(0);
  });

  it('between two looks says so too', async () => {
    const controller = new AbortController();
    const server = await serve((_request, response) => {
      response.end();
      void once(response, 'close').then(() => {
        controller.abort(new Error('shutdown'));
      });
    });
    await expect(checkHealth(server.url, health, controller.signal)).rejects.toThrow('shutdown');
    expect(server.asked()).toBeLessThanOrEqual(5);
  });
});
