import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Phases } from '../../domain/validation/evidence.ts';
import type { Connection, Ending, Way } from '../context.ts';
import { cookiesOf, excerpt, plainHeaders } from '../evidence.ts';
import type { SocketClock } from '../socket-clock.ts';

const goodbyeMs = 1_000;

/** Keeps no reference to the request or the answer: there may be thousands of these. */
export class OpenConnection implements Connection {
  readonly ok = true;
  readonly socket: WebSocket;
  readonly url: string;
  readonly phases: Phases;
  readonly handshakeMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly ended: Promise<Ending>;
  private readonly openedAt: number;
  private readonly redact: Way['redact'];
  private tcp: Ending['tcp'];
  private agedMs: number | undefined;
  private fault: Error | undefined;
  private goodbye: NodeJS.Timeout | undefined;

  constructor(way: Way, socket: WebSocket, { clock, answer }: Way101) {
    this.socket = socket;
    this.url = way.shown;
    this.redact = way.redact;
    this.phases = clock.phases;
    this.openedAt = clock.mark;
    this.handshakeMs = clock.mark - clock.begun;
    this.headers = plainHeaders(answer);
    this.cookies = cookiesOf(answer);
    // 1006 alone says nothing: only the TCP socket knows a FIN from a reset.
    clock.socket.on('end', () => {
      this.cut('fin');
    });
    clock.socket.on('error', () => {
      this.cut('reset');
    });
    this.ended = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        clearTimeout(this.goodbye);
        resolve(this.ending(code, reason));
      });
    });
  }

  age(): number {
    return performance.now() - this.openedAt;
  }

  close(): Promise<Ending> {
    this.goodbye ??= setTimeout(() => {
      this.socket.terminate();
    }, goodbyeMs);
    this.socket.close(1000);
    if (this.socket.readyState === this.socket.CLOSED) clearTimeout(this.goodbye);
    return this.ended;
  }

  /** `ws` found something wrong with what came. */
  failed(error: Error): void {
    this.fault ??= error;
  }

  private cut(how: Ending['tcp']): void {
    this.tcp = how === 'reset' ? how : (this.tcp ?? how);
    this.agedMs ??= this.age();
  }

  private ending(code: number, reason: Buffer): Ending {
    const { fault, tcp } = this;
    return {
      // 1005: a close frame without a code, which is as good as 1000 (RFC 6455 §7.1.5).
      closeCode: code === 1005 ? 1000 : code,
      closeReason: reason.length === 0 ? '' : excerpt(reason.toString(), this.redact),
      ...(tcp === undefined ? {} : { tcp }),
      ...(fault === undefined ? {} : faultOf(fault, this.redact)),
      ageMs: Math.round(this.agedMs ?? this.age()),
    };
  }
}

interface Way101 {
  readonly clock: SocketClock;
  readonly answer: IncomingMessage;
}

function faultOf(fault: Error, redact: Way['redact']): { error: string; message: string } {
  return { error: 'code' in fault ? String(fault.code) : '', message: excerpt(fault.message, redact) };
}
