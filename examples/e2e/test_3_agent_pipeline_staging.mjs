import { holds, same } from './runner/expect.mjs';

/** What the agent tells while it works, in this order. */
const EVENTS = ['agent_started', 'agent_thinking', 'tool_executing', 'tool_completed', 'agent_completed'];

/** Milliseconds: the team's target. */
const STARTUP = 500;

const question = (id) => ({ type: 'user_message', id, text: 'Where is my invoice?' });

export async function test_agent_events_arrive_in_order(staging) {
  const talk = await staging.connect('/ws');
  talk.say(question('m1'));
  const events = await talk.until('agent_completed');
  talk.end();
  same(
    events.map(({ type }) => type).filter((type) => type !== 'hello'),
    EVENTS,
    'the events are',
  );
}

export async function test_agent_events_name_their_message(staging) {
  const talk = await staging.connect('/ws');
  talk.say(question('m2'));
  const events = await talk.until('agent_completed');
  talk.end();
  const ids = new Set(events.filter(({ type }) => type !== 'hello').map(({ id }) => id));
  same([...ids], ['m2'], 'the events name');
}

export async function test_two_questions_are_both_answered(staging) {
  const talk = await staging.connect('/ws');
  talk.say(question('m3'));
  talk.say(question('m4'));
  const answered = [await talk.until('agent_completed'), await talk.until('agent_completed')];
  talk.end();
  same(answered.map((events) => events.at(-1).id).sort(), ['m3', 'm4'], 'answered are');
}

export async function test_agents_are_listed(staging) {
  const { status } = await staging.request('/api/agents');
  same(status, 200, 'GET /api/agents answered HTTP');
}

export async function test_tools_are_listed(staging) {
  const { status } = await staging.request('/api/tools');
  same(status, 200, 'GET /api/tools answered HTTP');
}

export async function test_agent_starts_within_its_target(staging) {
  const { body } = await staging.request('/health');
  holds(body.startup_ms <= STARTUP, `the agent started in ${body.startup_ms} ms, target ${STARTUP} ms`);
}
