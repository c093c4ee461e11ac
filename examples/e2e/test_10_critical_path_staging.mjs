import { same } from './runner/expect.mjs';

export async function test_log_in_and_read(staging) {
  const headers = { Authorization: `Bearer ${await staging.token()}` };
  const { status } = await staging.request('/api/threads', { headers });
  same(status, 200, 'GET /api/threads answered HTTP');
}

export async function test_twenty_readers_are_served(staging) {
  const answers = await Promise.all(Array.from({ length: 20 }, () => staging.request('/api/threads')));
  const failed = answers.filter(({ status }) => status !== 200);
  same(failed.length, 0, 'readers that were not served:');
}

export async function test_status_page_answers(staging) {
  const { status } = await staging.request('/api/status');
  same(status, 200, 'GET /api/status answered HTTP');
}
