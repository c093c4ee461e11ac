import type { IncomingMessage } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import { observed } from '../../domain/diagnosis/observed.ts';
import type { Evidence } from '../../domain/validation/evidence.ts';
import type { Connection, Failed, OpenRequest, Way } from '../context.ts';
import { excerpt, failure, plainHeaders, shownHeaders } from '../evidence.ts';
import { advance, connectTimed, type SocketClock } from '../socket-clock.ts';
import { onFlood } from '../interim.ts';
import { OpenConnection } from './open-connection.ts';

/** A message larger than this ends the connection with 1009. */
const mostPayload = 1024 * 1024;
const mostHeaderBytes = 64 * 1024;
const mostBody = 64 * 1024;
/** A refusal's body is waited for no longer than this: its status is known already. */
const bodyWithinMs = 1_000;

/** Opens one WebSocket. Whatever goes wrong is a result; it rejects never. */
export function openSocket(way: Way, request: OpenRequest): Promise<Connection | Failed> {
  return new Promise((resolve) => {
    const opening = new Opening(way, request, resolve);
    opening.start();
  });
}

/** One handshake on its way. */
class Opening {
  private clock: SocketClock | undefined;
  private socket: WebSocket | undefined;
  private timer: NodeJS.Timeout | undefined;
  private done = false;
  private connection: OpenConnection | undefined;
  /** While the body of a refusal is read: ends that, with what has come. */
  private endRefusal: (() => void) | undefined;
  private answer: IncomingMessage | undefined;
  private readonly way: Way;
  private readonly request: OpenRequest;
  private readonly resolve: (result: Connection | Failed) => void;

  constructor(way: Way, request: OpenRequest, resolve: (result: Connection | Failed) => void) {
    this.way = way;
    this.request = request;
    this.resolve = resolve;
  }

  start(): void {
    const { way, request } = this;
    // `handshakeTimeout` of ws is an idle timer, which a slow drip never lets fire.
    this.timer = setTimeout(() => {
      this.late();
    }, request.withinMs);
    try {
      this.socket = new WebSocket(way.url, [...(request.subprotocols ?? [])], {
        headers: way.headers,
        // Compression costs the prober more than it tells.
        perMessageDeflate: false,
        maxPayload: mostPayload,
        maxHeaderSize: mostHeaderBytes,
        createConnection: () => {
          this.clock = connectTimed(way.destination, 'upgrade');
          return this.clock.socket;
        },
        finishRequest: (outgoing) => {
          onFlood(outgoing, (seen) => {
            this.fail({ ...failure(way, this.clock, undefined), ...seen });
          });
          outgoing.end();
        },
      });
    } catch (error) {
      this.fail({ ...failure(way, undefined, error), error: observed.invalidRequest });
      return;
    }
    this.listen(this.socket);
  }

  private listen(socket: WebSocket): void {
    const { received } = this.request;
    if (received !== undefined)
      socket.on('message', (data) => {
        received(textOf(data));
      });
    socket.on('upgrade', (response) => {
      this.answer = response;
      if (this.clock !== undefined) advance(this.clock, 'answer', 'open');
    });
    socket.on('unexpected-response', (_request, response) => {
      this.refused(response);
    });
    socket.on('open', () => {
      this.opened(socket);
    });
    // Stays for the whole life: `terminate` during the handshake gives a second error.
    socket.on('error', (error) => {
      if (this.connection !== undefined) this.connection.failed(error);
      if (this.done) return;
      // A refusal that is cut while its body is read is still that refusal.
      if (this.endRefusal !== undefined) {
        this.endRefusal();
        return;
      }
      const { answer } = this;
      // A wrong handshake is told by ws after its `upgrade` event, while the phase is still that of the upgrade.
      if (answer !== undefined && this.clock !== undefined) this.clock.phase = 'upgrade';
      this.fail({
        ...failure(this.way, this.clock, error),
        ...(answer === undefined ? {} : { status: 101, headers: shownHeaders(plainHeaders(answer)) }),
      });
    });
  }

  private opened(socket: WebSocket): void {
    if (this.done || this.clock === undefined || this.answer === undefined) return;
    this.finish();
    this.connection = new OpenConnection(this.way, socket, { clock: this.clock, answer: this.answer });
    this.resolve(this.connection);
  }

  /** An HTTP answer instead of a 101: its status, headers and body are told nowhere else. */
  private refused(response: IncomingMessage): void {
    const { clock, way } = this;
    if (this.done || clock === undefined) return;
    advance(clock, 'answer', 'upgrade');
    const chunks: Buffer[] = [];
    let size = 0;
    let timer: NodeJS.Timeout | undefined = undefined;
    const end = () => {
      clearTimeout(timer);
      this.endRefusal = undefined;
      this.fail({
        phase: 'upgrade',
        url: way.shown,
        status: response.statusCode ?? 0,
        headers: shownHeaders(plainHeaders(response)),
        body: excerpt(Buffer.concat(chunks).toString(), way.redact),
        phases: { ...clock.phases },
      });
      response.destroy();
    };
    this.endRefusal = end;
    timer = setTimeout(end, bodyWithinMs);
    response.on('data', (chunk: Buffer) => {
      if (size < mostBody) chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= mostBody) end();
    });
    response.once('end', end);
    response.once('error', end);
  }

  private late(): void {
    const evidence = failure(this.way, this.clock, undefined);
    this.fail({
      ...evidence,
      error: observed.deadline,
      message: `not open within ${this.request.withinMs} ms`,
      ...(this.clock === undefined ? { phase: 'lookup' } : {}),
    });
  }

  private fail(evidence: Evidence): void {
    if (this.done) return;
    this.finish();
    this.resolve({ ok: false, evidence });
    this.socket?.terminate();
    this.clock?.socket.destroy();
  }

  private finish(): void {
    this.done = true;
    clearTimeout(this.timer);
  }
}

function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString();
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)).toString();
}
