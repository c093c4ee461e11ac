import { request } from 'node:http';
import { same } from './runner/expect.mjs';

export async function test_unknown_page_says_so(staging) {
  const { status, body } = await staging.request('/nowhere');
  same(status, 404, 'GET /nowhere answered HTTP');
  same(body.detail, 'Not Found', 'the detail is');
}

export async function test_wrong_method_says_so(staging) {
  const { status } = await staging.request('/auth/e2e');
  same(status, 405, 'GET /auth/e2e answered HTTP');
}

export async function test_works_after_a_bad_request(staging) {
  await staging.request('/nowhere');
  const { status } = await staging.request('/api/status');
  same(status, 200, 'GET /api/status answered HTTP');
}

export async function test_works_after_a_caller_left(staging) {
  await leave(`${staging.url}/api/stream?delay=1000`);
  const { status } = await staging.request('/api/status');
  same(status, 200, 'GET /api/status answered HTTP');
}

/** Asks, and hangs up before there is an answer. */
function leave(url) {
  return new Promise((resolve) => {
    const call = request(url);
    // To have hung up oneself is an error, too.
    call.on('error', resolve);
    call.end(() => call.destroy());
  });
}
