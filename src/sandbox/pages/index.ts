import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Receiver } from './answer.ts';
import { PageFaults } from './faults.ts';
import {
  type Incident,
  incidentsOf,
  type ReceivedPage,
  type ReceiverName,
  receiverNames,
} from './incidents.ts';
import { opsgenieReceiver } from './opsgenie.ts';
import { pagerDutyReceiver } from './pagerduty.ts';
import { webhookReceiver } from './webhook.ts';

/** PagerDuty, Opsgenie and somebody's webhook, on 127.0.0.1. */
export interface PagesSandbox {
  /** Their addresses and keys, as variables for slipway.yaml. */
  readonly environment: Readonly<Record<string, string>>;
  /** All that was taken, oldest first; repeats too. */
  received: (way?: ReceiverName) => readonly ReceivedPage[];
  /** What it came to for people. */
  incidents: (way?: ReceiverName) => readonly Incident[];
  /** The status of each answer, oldest first; 0 where there was none. */
  answers(way: ReceiverName): readonly number[];
  readonly faults: Readonly<
    Record<ReceiverName, Pick<PageFaults, 'down' | 'rateLimit' | 'fail' | 'hold' | 'held'>>
  >;
  stop(): Promise<void>;
}

const keys = {
  pagerduty: 'R0SANDBOX0SANDBOX0SANDBOX0SANDBO',
  opsgenie: '5a4db0c5-0000-4000-8000-sandboxsand0',
  webhook: `whsec_${Buffer.from('sandbox sandbox sandbox sandbox!').toString('base64')}`,
} as const;

/** Bodies above this are refused, as PagerDuty does: https://developer.pagerduty.com/docs/events-api-v2-overview#size-limits */
const mostBytes = 512 * 1024;

interface Parts {
  readonly receivers: Readonly<Record<ReceiverName, Receiver>>;
  readonly faults: Readonly<Record<ReceiverName, PageFaults>>;
  readonly received: ReceivedPage[];
  readonly answers: Readonly<Record<ReceiverName, number[]>>;
}

export async function startPagesSandbox({
  port = 0,
}: {
  readonly port?: number;
} = {}): Promise<PagesSandbox> {
  const parts: Parts = {
    receivers: {
      pagerduty: pagerDutyReceiver(keys.pagerduty),
      opsgenie: opsgenieReceiver(keys.opsgenie),
      webhook: webhookReceiver(keys.webhook),
    },
    faults: { pagerduty: new PageFaults(), opsgenie: new PageFaults(), webhook: new PageFaults() },
    received: [],
    answers: { pagerduty: [], opsgenie: [], webhook: [] },
  };
  const server = createServer((request, response) => {
    answer(parts, request, response).catch(() => {
      response.destroy();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const received = (way?: ReceiverName) =>
    parts.received.filter((page) => way === undefined || page.way === way);
  return {
    environment: {
      PAGERDUTY_KEY: keys.pagerduty,
      PAGERDUTY_URL: `${url}/pagerduty/v2/enqueue`,
      OPSGENIE_KEY: keys.opsgenie,
      OPSGENIE_URL: `${url}/opsgenie`,
      PAGE_WEBHOOK_URL: `${url}/webhook`,
      PAGE_WEBHOOK_SECRET: keys.webhook,
    },
    received,
    incidents: (way) => incidentsOf(received(way)),
    answers: (way) => [...parts.answers[way]],
    faults: parts.faults,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const way = receiverNames.find((name) => url.pathname.startsWith(`/${name}`));
  if (way === undefined || request.method !== 'POST') {
    send(response, { status: 404, body: {} });
    return;
  }
  const faults = parts.faults[way];
  const record = (status: number) => {
    parts.answers[way].push(status);
  };
  const text = await bodyOf(request);
  await faults.wait('before');
  const fault = faults.isDown ? { kind: 'drop-before' as const } : faults.next();
  if (fault?.kind === 'drop-before') {
    record(0);
    response.destroy();
    return;
  }
  const given =
    refusal(fault) ??
    parts.receivers[way]({
      path: url.pathname.slice(way.length + 1),
      query: url.searchParams,
      headers: request.headers,
      text,
    });
  const { taken } = given;
  if (taken !== undefined) parts.received.push({ ...taken, way, at: Date.now() });
  await faults.wait('after');
  const isLost = fault?.kind === 'drop-after';
  record(isLost ? 0 : given.status);
  if (isLost) response.destroy();
  else send(response, given);
}

type Given = ReturnType<Receiver> & { readonly headers?: Readonly<Record<string, string>> };

function refusal(fault: ReturnType<PageFaults['next']>): Given | undefined {
  if (fault?.kind === 'error-5xx') return { status: 503, body: { message: 'Service Unavailable' } };
  if (fault?.kind !== 'rate-limit') return undefined;
  const { retryAfterSeconds: seconds } = fault;
  const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) };
  return { status: 429, headers, body: { message: 'Too many requests' } };
}

function send(response: ServerResponse, { status, body, headers = {} }: Given): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** @throws Error when it is too large or the sender goes away */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error('request body is larger than 512 KB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
