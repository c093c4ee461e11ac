import { same } from './runner/expect.mjs';

/** Milliseconds that an answer is kept back. */
const LATE = 300;

export async function test_late_answer_arrives(staging) {
  const { status } = await staging.request('/api/stream?delay=50');
  same(status, 200, 'GET /api/stream answered HTTP');
}

export async function test_late_answer_holds_up_nobody(staging) {
  const order = [];
  await Promise.all([
    staging.request(`/api/stream?delay=${LATE}`).then(() => order.push('late')),
    staging.request('/api/stream').then(() => order.push('early')),
  ]);
  same(order, ['early', 'late'], 'the answers came');
}

export async function test_answer_is_json(staging) {
  const { headers } = await staging.request('/api/stream');
  same(headers.get('content-type'), 'application/json', 'the content type is');
}

export async function test_five_streams_end(staging) {
  const answers = await Promise.all(Array.from({ length: 5 }, () => staging.request('/api/stream?delay=50')));
  same(new Set(answers.map(({ status }) => status)).size, 1, 'different statuses:');
  same(answers[0].status, 200, 'GET /api/stream answered HTTP');
}
