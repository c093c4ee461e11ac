import { holds, same } from './runner/expect.mjs';

const login = (staging, headers) => staging.request('/auth/e2e', { method: 'POST', headers });

export async function test_simulated_login_gives_a_token(staging) {
  const { status, body } = await login(staging, staging.testHeaders);
  same(status, 200, 'POST /auth/e2e answered HTTP');
  same(body.token_type, 'Bearer', 'the token is a');
}

export async function test_token_ends_within_the_hour(staging) {
  const { body } = await login(staging, staging.testHeaders);
  holds(body.expires_in <= 3_600, `the token is good for ${body.expires_in} s`);
}

export async function test_login_without_test_headers_is_refused(staging) {
  const { status } = await login(staging, {});
  same(status, 403, 'POST /auth/e2e answered HTTP');
}

export async function test_login_of_another_environment_is_refused(staging) {
  const { status } = await login(staging, { ...staging.testHeaders, 'X-Test-Environment': 'elsewhere' });
  same(status, 403, 'POST /auth/e2e answered HTTP');
}
