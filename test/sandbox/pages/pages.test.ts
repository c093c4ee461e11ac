import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/index.ts';
import { receiverNames } from '../../../src/sandbox/pages/incidents.ts';
import { changedExample } from '../../config/support.ts';
import { standIns } from '../../support/pages.ts';

const post = async (url = '', body: unknown, headers: Readonly<Record<string, string>> = {}) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(url, { method: 'POST', body: text, headers });
  return { status: answer.status, body: await answer.json() };
};

it('PagerDuty answers as its reference says', async () => {
  const { environment, received } = await standIns();
  const { PAGERDUTY_URL: url, PAGERDUTY_KEY: routing_key } = environment;
  const payload = { summary: 'x', source: 'y', severity: 'error' };
  const event = { routing_key, event_action: 'trigger', dedup_key: 'k', payload };
  expect(await post(url, event)).toEqual({
    status: 202,
    body: { status: 'success', message: 'Event processed', dedup_key: 'k' },
  });
  const bad: readonly (readonly [unknown, string])[] = [
    ['{', 'JSON parse error'],
    [{ ...event, routing_key: 'short' }, "Length of 'routing_key' is incorrect (should be 32 characters)"],
    [{ ...event, event_action: 'wake' }, "'event_action' is invalid"],
    [
      { ...event, payload: { ...payload, summary: 'x'.repeat(1_025) } },
      "Length of 'payload.summary' is incorrect",
    ],
    [{ ...event, payload: { ...payload, severity: 'bad' } }, "'payload.severity' is invalid"],
    [{ ...event, payload: undefined }, "'payload' is missing or blank"],
    [{ ...event, routing_key: 'X'.repeat(32) }, "'routing_key' is not known"],
  ];
  for (const [body, error] of bad)
    expect(await post(url, body)).toMatchObject({ status: 400, body: { errors: [error] } });
  expect(received()).toHaveLength(1);
});

it('Opsgenie answers as its reference says', async () => {
  const { environment, received } = await standIns();
  const headers = { authorization: `GenieKey ${environment['OPSGENIE_KEY'] ?? ''}` };
  const url = `${environment['OPSGENIE_URL'] ?? ''}/v2/alerts`;
  const alert = { message: 'x', alias: 'a/b c' };
  const asked = [
    await post(url, alert, headers),
    await post(`${url}/a%2Fb%20c/acknowledge?identifierType=alias`, {}, headers),
    await post(`${url}/a%2Fb%20c/close?identifierType=alias`, {}, headers),
    await post(url, alert),
    await post(url, '{', headers),
    await post(url, { alias: 'a' }, headers),
    await post(url, { ...alert, message: 'x'.repeat(131) }, headers),
    await post(`${url}/a/close`, {}, headers),
    await post(`${url}/a/delete`, {}, headers),
  ];
  expect(asked.map(({ status }) => status)).toEqual([202, 202, 202, 401, 400, 422, 422, 422, 404]);
  expect(asked[0]?.body).toMatchObject({ result: 'Request will be processed' });
  expect(received().map(({ key, action }) => [key, action])).toEqual([
    ['a/b c', 'trigger'],
    ['a/b c', 'acknowledge'],
    ['a/b c', 'resolve'],
  ]);
});

it('the receiver of the webhook believes nothing that is not signed', async () => {
  const { environment, received } = await standIns();
  const event = { type: 'alert.triggered', timestamp: new Date().toISOString(), data: { dedupKey: 'k' } };
  const headers = {
    'webhook-id': 'page-1',
    'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
    'webhook-signature': 'v1,AAAA',
  };
  expect((await post(environment['PAGE_WEBHOOK_URL'], event, headers)).status).toBe(401);
  expect((await post(environment['PAGE_WEBHOOK_URL'], event)).status).toBe(401);
  expect(received()).toEqual([]);
});

it('its environment fills a slipway.yaml, the commented lines of the example among them', async () => {
  const { environment } = await standIns();
  const file = changedExample((yaml) => yaml.replace(/^( +)# (pagerduty:)/m, '$1$2'));
  const result = loadConfig({ file, env: environment, needs: [] });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(result.config.teams['operations']?.map(({ kind }) => kind)).toEqual(['slack', 'pagerduty']);
});

it('what is closed opens again and wakes again; what was never open is nothing', async () => {
  const { environment, incidents } = await standIns();
  const { PAGERDUTY_URL: url, PAGERDUTY_KEY: routing_key } = environment;
  const payload = { summary: 'x', source: 'y', severity: 'error' };
  const event = { routing_key, dedup_key: 'k', payload };
  for (const event_action of [
    'resolve',
    'trigger',
    'trigger',
    'acknowledge',
    'trigger',
    'resolve',
    'trigger',
  ])
    await post(url, { ...event, event_action });
  expect(incidents()).toEqual([{ way: 'pagerduty', key: 'k', state: 'open', woken: 2 }]);
  expect(receiverNames.map((way) => incidents(way).length)).toEqual([1, 0, 0]);
});
