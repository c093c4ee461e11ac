import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../src/domain/target.ts';
import { healthPlan } from '../../src/domain/validation/plan-for.ts';
import { runValidation } from '../../src/probes/validate.ts';
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
const look = (url: string, asked: HealthCheck, signal: AbortSignal) =>
  runValidation(healthPlan({ health: [asked] }), { url, signal, now: Date.now });

/** The one check, with what is said of its first kind of failure. */
async function check(url: string, more: Partial<HealthCheck> = {}) {
  const { checks } = await look(url, { ...health, ...more }, alive);
  const { name, expected, verdict, rate, latency, diagnoses } = checks[0]!;
  const { samples, failures } = rate!;
  return { name, expected, verdict, samples, failures, medianMs: latency?.p50, code: diagnoses[0]?.code };
}

/** Answers with these statuses in turn, the last of them for ever. */
function statuses(...list: readonly number[]): RequestListener {
  let index = 0;
  return (_request, response) => {
    response.writeHead(list[Math.min(index, list.length - 1)] ?? 200).end('{}');
    index += 1;
  };
}

describe('a service', () => {
  it('that answers as expected is healthy', async () => {
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
      samples: 20,
      failures: 0,
      code: undefined,
    });
    expect(seen.medianMs).toBeGreaterThan(0);
    expect(paths).toEqual(Array.from({ length: 20 }, () => '/health?deep=1&x=%20'));
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

  it('that always answers 500 is unhealthy after a few looks', async () => {
    const server = await serve(statuses(500));
    const seen = await check(server.url);
    expect(seen).toMatchObject({ verdict: 'unhealthy', code: 'SERVER_ERROR', medianMs: undefined });
    expect(seen.failures).toBe(seen.samples);
    // Two are on their way at once, so one more may have left when five had failed.
    expect(server.asked()).toBeLessThanOrEqual(6);
  });

  it('may be expected to answer something else', async () => {
    const server = await serve(statuses(401));
    expect(await check(server.url, { status: 401 })).toMatchObject({ verdict: 'healthy' });
    expect(await check(server.url)).toMatchObject({ verdict: 'unhealthy', code: 'UNAUTHORIZED' });
  });

  it('that sends people elsewhere is not followed', async () => {
    const elsewhere = await serve(statuses(200));
    const server = await serve((_request, response) => {
      response.writeHead(302, { location: elsewhere.url }).end();
    });
    expect(await check(server.url)).toMatchObject({ verdict: 'unhealthy', code: 'REDIRECT' });
    expect(elsewhere.asked()).toBe(0);
  });
});

describe('a mixed picture', () => {
  it.each([
    [[500, 200], 'healthy', 1],
    [[500, 500, 200], 'healthy', 2],
    [[500, 200, 500, 200, 200, 500, 200], 'unhealthy', 3],
    [[500, 500, 500, 200], 'unhealthy', 3],
  ] as const)('%j: %s', async (...[list, verdict, failures]) => {
    const server = await serve(statuses(...list));
    expect(await check(server.url)).toMatchObject({ verdict, failures, samples: 20 });
    expect(server.asked()).toBe(20);
  });

  it('is judged by the speed of the answers as expected', async () => {
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
  it('is unhealthy: it hangs', async () => {
    const server = await serve(() => undefined);
    expect(await check(server.url, { withinMs: 50 })).toMatchObject({
      verdict: 'unhealthy',
      code: 'HANDSHAKE_TIMEOUT',
    });
  });

  it('is unhealthy: the answer begins and does not end', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200).write('{');
    });
    expect(await check(server.url, { withinMs: 50 })).toMatchObject({
      verdict: 'unhealthy',
      code: 'SLOW_ANSWER',
    });
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
    expect(await check(server.url)).toMatchObject({ verdict: 'unhealthy', code: 'TCP_RESET' });
  });

  it('is unhealthy: the answer is cut', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy());
    });
    expect(await check(server.url)).toMatchObject({ verdict: 'unhealthy', code: 'TCP_RESET' });
  });

  it('is unhealthy: nobody listens', async () => {
    const server = await loopback(statuses(200));
    await server.stop();
    expect(await check(server.url)).toMatchObject({ verdict: 'unhealthy', code: 'TCP_REFUSED' });
  });

  it('is unhealthy: it does not speak HTTP', async () => {
    const server = await serve((request) => {
      request.socket.end('SSH-2.0-OpenSSH_9\r\n\r\n');
    });
    expect(await check(server.url)).toMatchObject({ verdict: 'unhealthy', code: 'PROTOCOL_ERROR' });
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
  expect(seen).toMatchObject({ verdict: 'unhealthy', code: 'TOO_LARGE' });
  // 10 MiB of each answer are read; the rest is what sockets hold.
  expect(sent).toBeLessThan(6 * 32 * 1024 * 1024);
});

describe('a worker that must let go', () => {
  it('stops a look that is under way', async () => {
    const controller = new AbortController();
    // Never answers.
    const server = await serve(() => {
      controller.abort(new Error('shutdown'));
    });
    const under = look(server.url, { ...health, withinMs: 20_000 }, controller.signal);
    await expect(under).rejects.toThrow('shutdown');
    expect(server.asked()).toBeLessThanOrEqual(2);
  });

  it('does not ask at all when it has let go already', async () => {
    const server = await serve(statuses(200));
    await expect(look(server.url, health, AbortSignal.abort(new Error('lost')))).rejects.toThrow('lost');
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
    await expect(look(server.url, health, controller.signal)).rejects.toThrow('shutdown');
    expect(server.asked()).toBeLessThanOrEqual(20);
  });
});
