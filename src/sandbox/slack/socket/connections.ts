import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { Timers } from '../timers.ts';
import { Link } from './link.ts';

/** Slack's documented maximum of Socket Mode connections for one app. */
const maxConnections = 10;
/** A ticket of apps.connections.open that nobody used is void after this time. */
const ticketMs = 30_000;

export interface ConnectionOptions {
  readonly appId: string;
  readonly refreshMs: number;
  /** From `warning` to `refresh_requested` and the close. */
  readonly warningMs: number;
  readonly onText: (text: string) => void;
  readonly onChange: (count: number) => void;
  readonly onOpen: () => void;
  readonly onGone: (link: Link) => void;
}

/** The Socket Mode connections of the app: tickets, upgrades, refresh. */
export class Connections {
  readonly #options: ConnectionOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1_000_000 });
  readonly #tickets = new Map<string, number>();
  readonly #links = new Set<Link>();
  readonly #timers = new Timers();
  #turn = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  count(): number {
    return this.#links.size;
  }

  /** Good for one connection within 30 s. */
  newTicket(): string {
    const ticket = randomUUID();
    this.#tickets.set(ticket, Date.now() + ticketMs);
    return ticket;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const ticket = searchParams.get('ticket') ?? '';
    const until = this.#tickets.get(ticket) ?? 0;
    this.#tickets.delete(ticket);
    const known = /^\/link\/?$/u.test(pathname) && until > Date.now();
    if (known && this.#links.size < maxConnections) {
      this.#server.handleUpgrade(request, socket, head, (opened) => {
        this.#adopt(opened);
      });
      return;
    }
    socket.end(`HTTP/1.1 ${known ? '429 Too Many Requests' : '403 Forbidden'}\r\nConnection: close\r\n\r\n`);
  }

  /** The next open connection in turn; one that was told to go only when there is no other. */
  pick(): Link | undefined {
    const open = [...this.#links].filter((link) => link.open);
    const fresh = open.filter(({ warned }) => !warned);
    const choice = fresh.length > 0 ? fresh : open;
    this.#turn += 1;
    return choice[this.#turn % Math.max(1, choice.length)];
  }

  refresh(): void {
    for (const link of [...this.#links]) this.#refresh(link);
  }

  drop(): void {
    for (const link of this.#links) link.cut();
  }

  stop(): void {
    this.#timers.stop();
    this.drop();
    this.#server.close();
  }

  #adopt(socket: WebSocket): void {
    const { appId, refreshMs, onText, onOpen, onGone, onChange } = this.#options;
    const link: Link = new Link(socket, {
      onText,
      onClose: () => {
        this.#links.delete(link);
        onGone(link);
        onChange(this.#links.size);
      },
    });
    this.#links.add(link);
    link.hello(appId, this.#links.size, Math.round(refreshMs / 1000));
    this.#timers.later(refreshMs, () => {
      this.#refresh(link);
    });
    onChange(this.#links.size);
    onOpen();
  }

  /** Slack warns about ten seconds ahead, then asks to go and closes. */
  #refresh(link: Link): void {
    if (link.warned || !this.#links.has(link)) return;
    link.warned = true;
    link.disconnect('warning');
    this.#timers.later(this.#options.warningMs, () => {
      link.disconnect('refresh_requested');
      link.close();
    });
  }
}
