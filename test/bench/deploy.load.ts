import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';

// Users, in a process of their own: `deploy.load.ts <url> <requests a second> <sockets>`. They come until they are
// told `stop`, and then tell what they saw.
const [base = '', rate = '0', held = '0'] = process.argv.slice(2);

/** What one revision, or nobody, answered. Times are milliseconds since 1970. */
export interface Seen {
  revision: string;
  answers: number;
  first: number;
  last: number;
  failures: number;
  firstFailure: number;
  /** Of the last failure: a status or an error's code. */
  failure: string;
}

export interface LoadReport {
  readonly requests: number;
  readonly seen: readonly Seen[];
  readonly sockets: number;
  /** Sockets that ended before the users did, or did not answer at the end; who held them, and how it was seen. */
  readonly cut: readonly string[];
}

const nobody = 'nobody';
const seen = new Map<string, Seen>();
let requests = 0;
let open = 0;

function note(revision: string, failure?: string): void {
  const at = Date.now();
  const before = seen.get(revision) ?? {
    revision,
    answers: 0,
    first: at,
    last: at,
    failures: 0,
    firstFailure: 0,
    failure: '',
  };
  before.answers += 1;
  before.last = at;
  if (failure !== undefined) {
    if (before.failures === 0) before.firstFailure = at;
    before.failures += 1;
    before.failure = failure;
  }
  seen.set(revision, before);
}

const mostOpen = 50;
const agent = new Agent({ keepAlive: true, maxSockets: mostOpen });

function ask(): void {
  requests += 1;
  open += 1;
  let over = false;
  const end = (revision: string, failure?: string): void => {
    if (over) return;
    over = true;
    open -= 1;
    note(revision, failure);
  };
  const asked = get(`${base}/api/status`, { agent, timeout: 10_000 }, (answer: IncomingMessage) => {
    const revision = String(answer.headers['x-revision'] ?? nobody);
    const { statusCode = 0 } = answer;
    answer.resume();
    answer.once('end', () => {
      end(revision, statusCode === 200 ? undefined : String(statusCode));
    });
    answer.once('close', () => {
      end(revision, 'answer cut short');
    });
  });
  asked.once('timeout', () => asked.destroy(new Error('no answer in 10 s')));
  asked.once('error', (error: NodeJS.ErrnoException) => {
    end(nobody, error.code ?? error.message);
  });
}

const lines = new Set<WebSocket>();
const cut: string[] = [];
let sockets = 0;
let ending = false;

/** A socket that is open to everybody; Cloud Run's front end tells who holds it. */
async function hold(): Promise<void> {
  sockets += 1;
  const socket = new WebSocket(`${base.replace(/^http/, 'ws')}/ws/test`, { perMessageDeflate: false });
  let holder = nobody;
  socket.once('upgrade', ({ headers }: IncomingMessage) => {
    holder = String(headers['x-instance-id'] ?? nobody);
  });
  socket.on('error', (error) => {
    cut.push(`${holder}: ${error.message}`);
  });
  socket.once('close', (code) => {
    lines.delete(socket);
    if (!ending) cut.push(`${holder}: closed with ${code}`);
  });
  // A refusal is seen by its error.
  await once(socket, 'open').catch(() => undefined);
  lines.add(socket);
}

/** Whether the socket still carries a message there and back. */
async function echo(socket: WebSocket): Promise<void> {
  const heard = once(socket, 'message', { signal: AbortSignal.timeout(10_000) });
  socket.send('{"type":"echo"}');
  await heard.catch(() => {
    cut.push('a socket that was open did not answer');
  });
}

async function main(): Promise<void> {
  const everyMs = 10;
  const started = performance.now();
  for (let index = 0; index < Number(held); index += 20)
    await Promise.all(Array.from({ length: Math.min(20, Number(held) - index) }, hold));
  const begun = performance.now();
  // As many as are due, however late a timer comes; a machine that is behind is not buried under more of them.
  const asking = setInterval(() => {
    const due = ((performance.now() - begun) / 1_000) * Number(rate);
    while (requests < due && open < mostOpen) ask();
  }, everyMs);
  // Newcomers meet whichever revision serves by then.
  const joining = setInterval(() => void hold(), 1_000);
  process.send?.({ ready: performance.now() - started });
  await once(process, 'message');
  clearInterval(asking);
  clearInterval(joining);
  while (open > 0) await new Promise((resolve) => setTimeout(resolve, everyMs));
  await Promise.all([...lines].map(echo));
  ending = true;
  const report: LoadReport = { requests, seen: [...seen.values()], sockets, cut };
  process.send?.(report, () => process.exit(0));
}

process.once('disconnect', () => process.exit(1));
await main();
