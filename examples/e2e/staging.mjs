import { WebSocket } from 'ws';

const { AbortSignal, fetch } = globalThis;

/** Milliseconds for one answer or one message: far more than a healthy service needs on a busy machine. */
const PATIENCE = 5_000;

/** A handshake that was answered with something else than 101. */
export class InvalidStatus extends Error {
  name = 'InvalidStatus';

  constructor(status) {
    super(`server rejected WebSocket connection: HTTP ${status}`);
  }
}

/** The service under test, as slipway says where it is. */
export class Staging {
  constructor({ url, environment, revision }) {
    this.url = url.replace(/\/$/, '');
    this.environment = environment;
    this.revision = revision;
  }

  /** The answer with its body, which must be JSON. */
  async request(path, { method = 'GET', headers = {} } = {}) {
    const signal = AbortSignal.timeout(PATIENCE);
    try {
      const answer = await fetch(`${this.url}${path}`, { method, headers, signal });
      return { status: answer.status, headers: answer.headers, body: await answer.json() };
    } catch (error) {
      // fetch says only "fetch failed"; its cause says why.
      throw new Error(`${method} ${path}: ${error.cause?.message ?? error.message}`, { cause: error });
    }
  }

  /** What staging's simulated login asks for. */
  get testHeaders() {
    return { 'X-Test-Type': 'E2E', 'X-Test-Environment': this.environment, 'X-E2E-Test': 'true' };
  }

  async token() {
    const { body } = await this.request('/auth/e2e', { method: 'POST', headers: this.testHeaders });
    return body.access_token;
  }

  /** An open socket of somebody who has logged in. */
  async connect(path = '/ws') {
    const { status, talk } = await this.handshake(path, await this.token());
    if (talk === undefined) throw new InvalidStatus(status);
    return talk;
  }

  /** What a handshake is answered with. */
  async handshake(path, token) {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const socket = new WebSocket(`${this.url.replace(/^http/, 'ws')}${path}`, {
      headers,
      handshakeTimeout: PATIENCE,
    });
    const talk = new Talk(socket);
    const answer = await new Promise((resolve) => {
      socket.on('open', () => resolve({ status: 101 }));
      socket.on('unexpected-response', (request, { statusCode }) => {
        request.destroy();
        resolve({ status: statusCode });
      });
      socket.on('error', (error) => resolve({ error }));
    });
    if (answer.error !== undefined) throw new Error(`handshake at ${path}: ${answer.error.message}`);
    return answer.status === 101 ? { status: 101, talk } : { status: answer.status };
  }
}

/** One socket: what it says is kept until somebody asks. */
class Talk {
  #socket;
  #heard = [];
  #wake = () => undefined;

  constructor(socket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#heard.push(JSON.parse(data.toString()));
      this.#wake();
    });
    socket.on('close', () => this.#wake());
  }

  say(message) {
    this.#socket.send(JSON.stringify(message));
  }

  /** The next message. */
  async next() {
    const until = Date.now() + PATIENCE;
    while (this.#heard.length === 0) {
      if (this.#socket.readyState === WebSocket.CLOSED) throw new Error('the socket was closed');
      if (Date.now() >= until) throw new Error(`no message within ${PATIENCE / 1000} s`);
      await this.#something(until - Date.now());
    }
    return this.#heard.shift();
  }

  /** All messages up to the one of this type, that one included. */
  async until(type) {
    const messages = [];
    for (;;) {
      messages.push(await this.next());
      if (messages.at(-1).type === type) return messages;
    }
  }

  end() {
    this.#socket.terminate();
  }

  #something(milliseconds) {
    return new Promise((resolve) => {
      const timer = globalThis.setTimeout(resolve, milliseconds);
      this.#wake = () => {
        globalThis.clearTimeout(timer);
        resolve();
      };
    });
  }
}
