import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closed, listening, readBody, sendJson, urlOf } from '../http.ts';
import { type Faults, type Refusal, RequestFaults } from '../request-faults.ts';
import type { PageAnswer, Receiver } from './answer.ts';
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
  readonly faults: Readonly<Record<ReceiverName, Faults>>;
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
  readonly faults: Readonly<Record<ReceiverName, RequestFaults>>;
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
    faults: { pagerduty: new RequestFaults(), opsgenie: new RequestFaults(), webhook: new RequestFaults() },
    received: [],
    answers: { pagerduty: [], opsgenie: [], webhook: [] },
  };
  const server = createServer((request, response) => {
    answer(parts, request, response).catch(() => {
      response.destroy();
    });
  });
  await listening(server, port);
  const url = urlOf(server);
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
    stop: () => closed(server),
  };
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const way = receiverNames.find((name) => url.pathname.startsWith(`/${name}`));
  if (way === undefined || request.method !== 'POST') {
    sendJson(response, { status: 404, body: {} });
    return;
  }
  const text = await readBody(request, mostBytes);
  const asked = {
    path: url.pathname.slice(way.length + 1),
    query: url.searchParams,
    headers: request.headers,
    text,
  };
  const given = await parts.faults[way].through((refused) => {
    const found = refusalOf(refused) ?? parts.receivers[way](asked);
    if (found.taken !== undefined) parts.received.push({ ...found.taken, way, at: Date.now() });
    return found;
  });
  parts.answers[way].push(given?.status ?? 0);
  if (given === undefined) response.destroy();
  else sendJson(response, given);
}

type Given = PageAnswer & { readonly headers?: Readonly<Record<string, string>> };

function refusalOf(refused: Refusal | undefined): Given | undefined {
  if (refused?.kind === 'error-5xx') return { status: 503, body: { message: 'Service Unavailable' } };
  if (refused === undefined) return undefined;
  const { retryAfterSeconds: seconds } = refused;
  const headers = seconds === undefined ? {} : { 'retry-after': String(seconds) };
  return { status: 429, headers, body: { message: 'Too many requests' } };
}
