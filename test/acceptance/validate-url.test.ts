import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { slipway } from '../support/command-line.ts';

describe('slipway validate --url', () => {
  it('exits 0 for an endpoint that works, and gives the facts as JSON', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    server.on('connection', (socket) => {
      socket.on('message', (data) => {
        socket.send(data);
      });
    });
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const url = `ws://127.0.0.1:${port}/ws`;
    const { code, stdout } = await slipway(['validate', '--url', url, '--hold', '1s', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([{ record: { verdict: 'healthy' } }]);
    expect(code).toBe(0);
    server.close();
    for (const client of server.clients) client.terminate();
  });

  it('exits 1 for one that does not, with the class of the fault', async () => {
    const { code, stdout } = await slipway([
      'validate',
      '--url',
      'ws://127.0.0.1:9/ws',
      '--hold',
      '1s',
      '--json',
    ]);
    expect(stdout).toContain('TCP_REFUSED');
    expect(code).toBe(1);
  });

  it.each([
    [['--url', 'nonsense']],
    [['--url', 'ftp://127.0.0.1/']],
    [['--url', 'ws://127.0.0.1:0/']],
    [['--url', 'ws://127.0.0.1:9/', '--connections', '1000000000']],
    [['--url', 'ws://127.0.0.1:9/', '--hold', '100h']],
    [[]],
  ])('exits 2 for wrong usage: %j', async (args) => {
    const { code, output } = await slipway(['validate', ...args]);
    expect(output).toMatch(/error: .*(expected|is not|Expected)/);
    expect(code).toBe(2);
  });
});
