import type { Way } from '../context.ts';
import { sendRequest } from '../request.ts';

const withinMs = 2_000;

/** A refusal that does not say why: nothing but the words of its status. */
export function isWordless(body: string): boolean {
  return /^(?:(?:400 )?bad request)?[.!\s]*$/i.test(body);
}

/**
 * Whether the server names the header when a handshake lacks its key. One that does, and refuses a whole handshake
 * without a word, has found nothing wrong with the headers: `ws` answers so when its `path` is another one
 * (https://github.com/websockets/ws/blob/8.18.0/lib/websocket-server.js#L284).
 */
export async function namesMissingKey(way: Way, now: () => number): Promise<boolean> {
  const url = new URL(way.url);
  url.protocol = url.protocol.replace('ws', 'http');
  const headers = {
    ...way.headers,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
  };
  const answer = await sendRequest(
    { ...way, url, headers },
    { method: 'GET', path: url.pathname, withinMs },
    now,
  );
  return answer.ok && answer.status === 400 && /sec-websocket-key/i.test(answer.body);
}
