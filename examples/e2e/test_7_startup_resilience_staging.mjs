import { holds, same } from './runner/expect.mjs';

export async function test_health_is_ok(staging) {
  const { status, body } = await staging.request('/health');
  same(status, 200, 'GET /health answered HTTP');
  same(body.status, 'ok', 'the status is');
}

export async function test_health_names_its_service(staging) {
  const { body } = await staging.request('/health');
  holds(body.service, 'GET /health names no service');
}

export async function test_health_tells_the_startup_time(staging) {
  const { body } = await staging.request('/health');
  holds(body.startup_ms > 0, 'GET /health tells no start-up time');
}

export async function test_environment_is_configured(staging) {
  const { body } = await staging.request('/');
  same(body.environment, staging.environment, 'E2E_TEST_ENV is');
}
