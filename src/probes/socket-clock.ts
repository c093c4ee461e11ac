import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, TLSSocket } from 'node:tls';
import type { Evidence, Phases } from '../domain/validation/evidence.ts';
import type { Destination } from './context.ts';

/** How far a connection has come, by its socket's own events. */
export interface SocketClock {
  readonly socket: Socket;
  readonly begun: number;
  /** The phase it is in now. */
  phase: Evidence['phase'];
  readonly phases: { -readonly [Name in keyof Phases]: Phases[Name] };
  /** When the phase it is in began. */
  mark: number;
}

export function destinationOf(url: URL, trust: SecureContext | undefined): Destination {
  const secure = isSecure(url);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port === '' ? (secure ? 443 : 80) : url.port),
    secure,
    trust,
  };
}

/** Connects and notes the time of each phase: look-up, TCP, TLS; then it is in the phase `next`. */
export function connectTimed(
  { host, port, secure, trust }: Destination,
  next: 'upgrade' | 'answer',
): SocketClock {
  const begun = performance.now();
  const socket = secure
    ? connectTls({
        host,
        port,
        lookup: lookupOnce,
        ALPNProtocols: ['http/1.1'],
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(trust === undefined ? {} : { secureContext: trust }),
      })
    : connectTcp({ host, port, lookup: lookupOnce });
  const clock: SocketClock = {
    socket,
    begun,
    // `lookup` is not emitted for an address.
    phase: isIP(host) === 0 ? 'lookup' : 'connect',
    phases: {},
    mark: begun,
  };
  if (clock.phase === 'lookup')
    socket.on('lookup', (error: Error | null) => {
      // Once for each address of the name.
      if (error === null && clock.phase === 'lookup') advance(clock, 'lookup', 'connect');
    });
  socket.on('connect', () => {
    advance(clock, 'connect', secure ? 'tls' : next);
  });
  if (secure)
    socket.on('secureConnect', () => {
      advance(clock, 'tls', next);
    });
  return clock;
}

export function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'wss:';
}

/** Whether a port that hangs up on plain HTTP would take TLS. */
export function speaksTls(url: URL): Promise<boolean> {
  const { host, port } = destinationOf(url, undefined);
  return new Promise((resolve) => {
    // Nothing is sent over it, so it does not matter whose certificate it is.
    const socket = connectTls({ host, port, rejectUnauthorized: false });
    const answer = (speaks: boolean) => () => {
      resolve(speaks);
      socket.destroy();
    };
    socket.setTimeout(1_000, answer(false));
    socket.once('secureConnect', answer(true));
    socket.on('error', answer(false));
  });
}

/** Node gives no addresses with an error, whatever its types say. */
type LookupDone = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[] | undefined) => void;

const pending = new Map<string, LookupDone[]>();

/**
 * One question to the resolver for all connections that wait for the same name: getaddrinfo has four threads
 * (https://nodejs.org/docs/latest-v20.x/api/dns.html#implementation-considerations), so thousands of questions
 * would wait for each other, and the prober would measure itself.
 */
function lookupOnce(
  hostname: string,
  options: LookupOptions,
  callback: (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void,
): void {
  const done: LookupDone = (error, addresses = []) => {
    const [first] = addresses;
    if (options.all === true || error !== null) callback(error, addresses);
    else callback(null, first?.address ?? '', first?.family);
  };
  const key = `${hostname} ${options.family ?? 0}`;
  const waiting = pending.get(key);
  if (waiting !== undefined) {
    waiting.push(done);
    return;
  }
  const all = [done];
  pending.set(key, all);
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[] | undefined) => {
    pending.delete(key);
    for (const each of all) each(error, addresses);
  });
}

/** Ends one phase of a clock and begins the next. */
export function advance(clock: SocketClock, done: keyof Phases, next: Evidence['phase']): void {
  const now = performance.now();
  clock.phases[done] = tenths(now - clock.mark);
  clock.mark = now;
  clock.phase = next;
}

/** Days until the certificate of the other side expires; undefined without TLS. */
export function certificateDays(socket: Socket, now: number): number | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const expiry = Date.parse(socket.getPeerCertificate().valid_to);
  return Number.isNaN(expiry) ? undefined : Math.floor((expiry - now) / 86_400_000);
}

function tenths(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** Whether the port answers plain HTTP; asked once when a TLS handshake was hung up on. */
export async function speaksHttp(url: URL): Promise<boolean> {
  const plain = new URL(url);
  plain.protocol = 'http:';
  plain.port = url.port === '' ? '443' : url.port;
  try {
    await fetch(plain, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  }
}
