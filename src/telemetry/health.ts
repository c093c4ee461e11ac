import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const patienceMs = 2_000;

export interface HealthOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Parts of this process by name: an error, or undefined when it works. */
  readonly parts: Readonly<Record<string, () => Promise<string | undefined>>>;
}

/** Answers `GET /healthz` on loopback: 200 when all parts work, else 503 and which do not. */
export async function serveHealth({
  port,
  parts,
}: HealthOptions): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer((_request, response) => {
    void look(parts).then((problems) => {
      const status = Object.keys(problems).length === 0 ? 200 : 503;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify({ status: status === 200 ? 'ok' : 'unavailable', problems })}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, stop: () => stop(server) };
}

async function look(parts: HealthOptions['parts']): Promise<Record<string, string>> {
  const found = await Promise.all(
    Object.entries(parts).map(
      async ([name, check]) => [name, await Promise.race([check().catch(String), tooLate()])] as const,
    ),
  );
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** A part that does not answer is not well either. */
async function tooLate(): Promise<string> {
  return wait(patienceMs, `no answer within ${patienceMs} ms`, { ref: false });
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
