import { holds, same } from './runner/expect.mjs';

export async function test_socket_greets_with_hello(staging) {
  const talk = await staging.connect('/ws');
  const hello = await talk.next();
  talk.end();
  same(hello.type, 'hello', 'the first message is');
  holds(hello.revision !== '', 'hello names no revision');
}

export async function test_ping_is_answered_with_pong(staging) {
  const talk = await staging.connect('/websocket');
  talk.say({ type: 'ping', id: 'p1' });
  const pong = (await talk.until('pong')).at(-1);
  talk.end();
  same(pong.id, 'p1', 'the pong has the id');
}

export async function test_socket_without_token_is_refused(staging) {
  const { status } = await staging.handshake('/ws');
  same(status, 403, 'the handshake was answered with HTTP');
}

export async function test_socket_with_foreign_token_is_refused(staging) {
  const { status } = await staging.handshake('/ws', 'e30.e30.foreign');
  same(status, 403, 'the handshake was answered with HTTP');
}

export async function test_unknown_path_takes_no_socket(staging) {
  const { status } = await staging.handshake('/ws/nowhere', await staging.token());
  same(status, 403, 'the handshake was answered with HTTP');
}
