import { same } from './runner/expect.mjs';

const AGENTS = ['supervisor', 'triage', 'billing', 'data', 'reporting'];

async function read(staging, agent) {
  const path = `/api/agents/${agent}`;
  const { status, body } = await staging.request(path);
  same(status, 200, `GET ${path} answered HTTP`);
  return body.path;
}

export async function test_supervisor_is_there(staging) {
  same(await read(staging, 'supervisor'), '/api/agents/supervisor', 'the answer is for');
}

export async function test_triage_is_there(staging) {
  same(await read(staging, 'triage'), '/api/agents/triage', 'the answer is for');
}

export async function test_billing_is_there(staging) {
  same(await read(staging, 'billing'), '/api/agents/billing', 'the answer is for');
}

export async function test_agents_answer_side_by_side(staging) {
  const paths = await Promise.all(AGENTS.map((agent) => read(staging, agent)));
  same(
    paths,
    AGENTS.map((agent) => `/api/agents/${agent}`),
    'the answers are for',
  );
}
