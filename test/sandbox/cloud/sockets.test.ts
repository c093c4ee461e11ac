import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { ask, connect, getJson, login, startCloud, TEST_HEADERS } from './support.ts';

/** A service whose only revision runs this ref. */
async function serving(ref: string, proxyLifetime?: number): Promise<string> {
  const service = { name: 'backend', pinned: false, ref, env: { E2E_TEST_ENV: 'staging' } };
  const world = { projects: [{ id: 'chat-staging', region: 'us-central1', services: [service] }] };
  const { cloud } = await startCloud({ world, ...(proxyLifetime === undefined ? {} : { proxyLifetime }) });
  return cloud.service('chat-staging/backend')!.uri;
}

interface Upgrade {
  readonly status: number;
  readonly instance?: string;
  readonly cookie?: string;
  /** What came until the socket closed or `enough` was said. */
  readonly said: readonly Record<string, unknown>[];
  readonly closed?: number;
}

/** Opens, and gathers messages until `enough`, or the end. */
function upgrade(url: string, headers: Record<string, string>, enough: number): Promise<Upgrade> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
    const said: Record<string, unknown>[] = [];
    let answer = {};
    const end = (rest: object): void => {
      resolve({ status: 101, ...answer, said, ...rest });
      socket.terminate();
    };
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => {
      end({ status: statusCode });
    });
    socket.on('upgrade', ({ headers: given }) => {
      const cookie = given['set-cookie']?.map((each) => each.split(';')[0]).join('; ');
      answer = { instance: given['x-instance-id'], cookie };
      if (enough === 0) end({});
    });
    socket.on('message', (data: Buffer) => {
      said.push(JSON.parse(data.toString()) as Record<string, unknown>);
      if (said.length === enough) end({});
    });
    socket.on('close', (closed) => {
      end({ closed });
    });
  });
}

const chat = (socket: WebSocket, last: string): Promise<string[]> =>
  new Promise((resolve) => {
    const types: string[] = [];
    socket.on('message', (data: Buffer) => {
      const { type } = JSON.parse(data.toString()) as { readonly type: string };
      if (type !== 'hello') types.push(type);
      if (type === last) resolve(types);
    });
    socket.send(JSON.stringify({ type: 'user_message', text: 'Where is my invoice?' }));
  });

describe('the app', () => {
  it('gives a token to who sends the three test headers', async () => {
    const uri = await serving('main');
    const ask = (headers: Record<string, string>) => fetch(`${uri}/auth/e2e`, { method: 'POST', headers });
    const good = await ask(TEST_HEADERS);
    expect([good.status, await good.json()]).toEqual([
      200,
      { access_token: expect.any(String) as string, token_type: 'Bearer', expires_in: 600 },
    ]);
    for (const name of Object.keys(TEST_HEADERS)) {
      const bad = await ask({ ...TEST_HEADERS, [name]: 'x' });
      expect([bad.status, await bad.text()]).toEqual([403, expect.stringContaining(name)]);
    }
    expect((await fetch(`${uri}/auth/e2e`)).status).toBe(405);
  });

  it('opens /ws and /websocket with a token only, and /ws/test without', async () => {
    const uri = await serving('main');
    const token = await login(uri);
    const status = async (path: string, headers = {}) => (await upgrade(`${uri}${path}`, headers, 0)).status;
    for (const path of ['/ws', '/websocket']) {
      expect([await status(path), await status(path, token)]).toEqual([403, 101]);
    }
    expect(await status('/ws/test')).toBe(101);
    for (const authorization of ['Bearer x', 'Bearer e30.e30.e30', 'Basic abc', `${token.authorization}x`]) {
      expect(await status('/ws/test', { authorization })).toBe(403);
    }
  });

  it('tells its instance in a header and in its hello, and knows its session again', async () => {
    const uri = await serving('main');
    const token = await login(uri);
    const first = await upgrade(`${uri}/ws`, token, 1);
    expect(first.said).toEqual([expect.objectContaining({ type: 'hello', instance: first.instance })]);
    const again = await upgrade(`${uri}/ws`, { ...token, cookie: first.cookie! }, 1);
    expect(again.said[0]).toMatchObject({ type: 'hello', instance: first.instance });
  });

  it('works on a message and tells how, in order', async () => {
    const socket = await connect(`${await serving('main')}/ws`);
    expect(await chat(socket, 'agent_completed')).toEqual([
      'agent_started',
      'agent_thinking',
      'tool_executing',
      'tool_completed',
      'agent_completed',
    ]);
  });

  it('says on /health how long its start took', async () => {
    expect(await getJson(`${await serving('main')}/health`)).toMatchObject({ startup_ms: 380 });
    expect(await getJson(`${await serving('slow-start')}/health`)).toMatchObject({ startup_ms: 1_520 });
  });
});

describe('refs', () => {
  it('lb-timeout cuts sockets at one age, idle or not', async () => {
    const uri = await serving('lb-timeout', 400);
    const sockets = await Promise.all([connect(`${uri}/ws`), connect(`${uri}/ws`)]);
    const [, talking] = sockets;
    const begun = Date.now();
    const talk = setInterval(() => {
      talking.send('{"type":"ping"}', () => undefined);
    }, 50);
    const codes = await Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
    clearInterval(talk);
    expect(codes).toEqual([1006, 1006]);
    expect(Date.now() - begun).toBeGreaterThan(250);
    expect(Date.now() - begun).toBeLessThan(5_000);
  });

  it('lb-timeout cuts at the time-out that its load balancer is given, as fast as it was started', async () => {
    const env = { E2E_TEST_ENV: 'staging' };
    const services = [{ name: 'backend', pinned: false, ref: 'lb-timeout', env }];
    const world = { projects: [{ id: 'chat-staging', region: 'us-central1', services }] };
    const { cloud } = await startCloud({ world, proxyLifetime: 200 });
    const socketAt = async (seconds: string): Promise<WebSocket> => {
      const body = new URLSearchParams({ project: 'chat-staging', timeout: seconds });
      await fetch(`${cloud.url}/sandbox/cloud/load-balancer`, { method: 'POST', body });
      return connect(`${cloud.service('chat-staging/backend')!.uri}/ws/test`);
    };
    const long = await socketAt('86400');
    const short = await socketAt('30');
    expect(await new Promise((resolve) => short.once('close', resolve))).toBe(1006);
    expect(await ask(long, { text: 'still there' })).toMatchObject({ text: 'still there' });
  });

  it('handshake-flaky refuses about a fifth', async () => {
    const uri = await serving('handshake-flaky');
    const token = await login(uri);
    const all = await Promise.all(Array.from({ length: 200 }, () => upgrade(`${uri}/ws`, token, 0)));
    const refused = all.filter(({ status }) => status === 503).length;
    expect(refused).toBeGreaterThan(20);
    expect(refused).toBeLessThan(60);
    expect(all.filter(({ status }) => status === 101).length).toBe(200 - refused);
  });

  it('slow answers late over HTTP and WebSocket, and is healthy in time', async () => {
    const uri = await serving('slow');
    const timed = async (work: () => Promise<unknown>) => {
      const begun = performance.now();
      await work();
      return performance.now() - begun;
    };
    expect(await timed(() => getJson(`${uri}/api/status`))).toBeGreaterThan(390);
    expect(await timed(() => getJson(`${uri}/health`))).toBeLessThan(350);
    const socket = await connect(`${uri}/ws/test`);
    const echo = new Promise((resolve) => socket.once('message', resolve));
    expect(
      await timed(() => {
        socket.send('{}');
        return echo;
      }),
    ).toBeGreaterThan(390);
  });

  it('deaf opens and answers neither messages nor pings', async () => {
    const uri = await serving('deaf');
    const socket = await connect(`${uri}/ws`);
    let heard = 0;
    const hear = (): void => {
      heard += 1;
    };
    socket.on('message', hear).on('pong', hear);
    socket.send('{"type":"user_message"}');
    socket.ping();
    // Answers to what was asked later on other sockets: this one has had its time.
    for (let count = 0; count < 5; count += 1) await getJson(`${uri}/api/status?delay=20`);
    expect([heard, socket.readyState]).toEqual([0, WebSocket.OPEN]);
  });

  it('journey-broken never completes its tool', async () => {
    const socket = await connect(`${await serving('journey-broken')}/ws`);
    const types = await chat(socket, 'agent_completed');
    expect(types).toEqual(['agent_started', 'agent_thinking', 'tool_executing', 'agent_completed']);
  });

  it('no-affinity has two instances, and each knows only its own sessions', async () => {
    const uri = await serving('no-affinity');
    const token = await login(uri);
    const first = await upgrade(`${uri}/ws`, token, 1);
    const other = await upgrade(`${uri}/ws`, { ...token, cookie: first.cookie! }, 5);
    expect(other.instance).not.toBe(first.instance);
    expect(other).toMatchObject({ closed: 4404, said: [{ type: 'error', error: 'unknown session' }] });
    const back = await upgrade(`${uri}/ws`, { ...token, cookie: first.cookie! }, 1);
    expect(back).toMatchObject({ instance: first.instance, said: [{ type: 'hello' }] });
  });
});
