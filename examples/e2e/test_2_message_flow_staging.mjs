import { same } from './runner/expect.mjs';

export async function test_threads_are_listed(staging) {
  const { status, body } = await staging.request('/api/threads');
  same(status, 200, 'GET /api/threads answered HTTP');
  same(body.path, '/api/threads', 'the answer is for');
}

export async function test_messages_of_a_thread_are_listed(staging) {
  const { status } = await staging.request('/api/threads/1/messages');
  same(status, 200, 'GET /api/threads/1/messages answered HTTP');
}

export async function test_history_is_read(staging) {
  const { status } = await staging.request('/api/history');
  same(status, 200, 'GET /api/history answered HTTP');
}

export async function test_message_is_taken(staging) {
  const { status } = await staging.request('/api/messages', { method: 'POST' });
  same(status, 200, 'POST /api/messages answered HTTP');
}
