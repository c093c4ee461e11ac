import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { observed } from '../domain/diagnosis/observed.ts';
import type { Evidence } from '../domain/validation/evidence.ts';
import type { Failed, HttpAnswer, HttpRequest, Way } from './context.ts';
import { cookiesOf, excerpt, failure, plainHeaders, shownHeaders } from './evidence.ts';
import { onFlood } from './interim.ts';
import { advance, certificateDays, connectTimed, type SocketClock } from './socket-clock.ts';

const mostHeaderBytes = 64 * 1024;
const mostKept = 64 * 1024;
/** Reading ends here: a service that sends a gigabyte has failed long before. */
const mostRead = 10 * 1024 * 1024;

/** Sends one request on a connection of its own, so that every phase is measured. Redirects are answers. */
export function sendRequest(way: Way, request: HttpRequest, now: () => number): Promise<HttpAnswer | Failed> {
  return new Promise((resolve) => {
    let clock: SocketClock | undefined;
    let outgoing: ClientRequest | undefined;
    const finish = (result: HttpAnswer | Failed) => {
      clearTimeout(timer);
      way.stopped.removeEventListener('abort', stop);
      resolve(result);
      outgoing?.destroy();
      clock?.socket.destroy();
    };
    const fail = (error: unknown, more: Partial<Evidence> = {}) => {
      finish({ ok: false, evidence: { ...failure(way, clock, error), ...more } });
    };
    const stop = () => {
      fail(undefined, { error: observed.invalidRequest, message: 'stopped' });
    };
    way.stopped.addEventListener('abort', stop, { once: true });
    const timer = setTimeout(() => {
      fail(undefined, { error: observed.deadline, message: `no whole answer within ${request.withinMs} ms` });
    }, request.withinMs);
    try {
      const send = way.url.protocol === 'https:' ? secureRequest : plainRequest;
      outgoing = send(way.url, {
        method: request.method,
        headers: way.headers,
        maxHeaderSize: mostHeaderBytes,
        createConnection: () => {
          clock = connectTimed(way.destination, 'answer');
          return clock.socket;
        },
      });
      outgoing.on('error', fail);
      onFlood(outgoing, (seen) => {
        fail(undefined, seen);
      });
      outgoing.once('upgrade', (response) => {
        fail(undefined, {
          status: 101,
          error: observed.unasked,
          headers: shownHeaders(plainHeaders(response)),
        });
      });
      outgoing.once('response', (response) => {
        if (clock === undefined) return;
        const opened = { way, clock, response, now };
        if (response.socket.destroyed) fail(new Error('closed'));
        else read(opened, finish, fail);
      });
      outgoing.end(request.body);
    } catch (error) {
      fail(error, { error: observed.invalidRequest });
    }
  });
}

interface Reading {
  readonly way: Way;
  readonly clock: SocketClock;
  readonly response: IncomingMessage;
  readonly now: () => number;
}

type Fail = (error: unknown, more?: Partial<Evidence>) => void;

function read(reading: Reading, finish: (answer: HttpAnswer) => void, fail: Fail): void {
  const { way, clock, response } = reading;
  advance(clock, 'answer', 'body');
  const chunks: Buffer[] = [];
  let kept = 0;
  let size = 0;
  const partial = () => ({
    status: response.statusCode ?? 0,
    headers: shownHeaders(plainHeaders(response)),
    body: excerpt(Buffer.concat(chunks).toString(), way.redact),
  });
  response.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (kept < mostKept) {
      chunks.push(chunk.subarray(0, mostKept - kept));
      kept += Math.min(chunk.byteLength, mostKept - kept);
    }
    if (size > mostRead)
      fail(undefined, { ...partial(), error: observed.tooLarge, message: `more than ${mostRead} bytes` });
  });
  response.once('error', (error) => {
    fail(error, partial());
  });
  response.once('end', () => {
    advance(clock, 'body', 'body');
    finish(answerOf(reading, Buffer.concat(chunks).toString(), size > mostKept));
  });
}

function answerOf({ way, clock, response, now }: Reading, body: string, cut: boolean): HttpAnswer {
  const headers = plainHeaders(response);
  const status = response.statusCode ?? 0;
  const days = certificateDays(clock.socket, now());
  return {
    ok: true,
    status,
    headers,
    cookies: cookiesOf(response),
    body,
    cut,
    phases: clock.phases,
    ms: clock.mark - clock.begun,
    ...(days === undefined ? {} : { certificateDays: days }),
    evidence: {
      phase: 'answer',
      url: way.shown,
      status,
      headers: shownHeaders(headers),
      body: excerpt(body, way.redact),
      phases: clock.phases,
    },
  };
}
