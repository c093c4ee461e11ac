import { describe, expect, it } from 'vitest';
import { symptoms } from '../../src/domain/monitor/round.ts';
import { statusOf } from '../../src/domain/status.ts';
import { seen } from '../../src/domain/status/looked.ts';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { homeView } from '../../src/slack/messages/home.ts';
import { statusAnswer } from '../../src/slack/messages/status.ts';
import { began } from '../support/operations.ts';
import { alertFor, gatheredEnvironment, gatheredService } from '../support/statuses.ts';

const url = 'https://chat.example/archives/C0DEPLOYS/p1';
const key = 'staging/backend/serverErrors';
const one = (more: Parameters<typeof alertFor>[0] = {}, links: Record<string, string> = { [key]: url }) =>
  statusOf([gatheredEnvironment({ alerts: seen([alertFor(more)]), links })]);
interface Actions {
  readonly type: string;
  readonly elements: readonly {
    readonly action_id: string;
    readonly value?: string;
    readonly url?: string;
  }[];
}
const buttons = (status: ReturnType<typeof statusOf>) =>
  homeView(status)
    .view.blocks.filter(({ type }) => type === 'actions')
    .map((block) => (block as unknown as Actions).elements);

describe('an open alert', () => {
  it('leads to its thread from the table, from the text and from what to do next', () => {
    const { text, blocks } = statusAnswer(one(), began);
    expect(text).toContain(`alerts: <${url}|HTTP 5xx>: firing, since`);
    expect(text).toContain(`*Next* Take the alert of backend: <${url}|its thread> has the buttons.`);
    expect(JSON.stringify(blocks)).toContain(JSON.stringify({ type: 'link', url, text: 'HTTP 5xx' }));
    expect(validateBlocks(blocks, 'message')).toEqual([]);
    expect(statusAnswer(one({}, {}), began).text).toContain('its thread in <#C0DEPLOYS> has the buttons.');
  });

  it.each([
    ['firing', {}, ['alert_ack', 'alert_rollback', 'alert_checks', 'alert_thread']],
    ['acknowledged', { phase: 'acknowledged' as const }, ['alert_rollback', 'alert_checks', 'alert_thread']],
    ['rolled back', { rollback: 'staging-43' }, ['alert_ack', 'alert_checks', 'alert_thread']],
  ])('%s has on the Home tab only the buttons that act', (_, more, expected) => {
    const [row] = buttons(one(more));
    expect(row?.map(({ action_id }) => action_id)).toEqual(expected);
    expect(row?.every(({ value }) => value === key)).toBe(true);
    expect(row?.at(-1)?.url).toBe(url);
    expect(validateBlocks(homeView(one(more)).view.blocks, 'home')).toEqual([]);
  });

  it('whose thread is not known has no button to it; a dry run has none at all', () => {
    expect(buttons(one({}, {}))[0]?.map(({ action_id }) => action_id)).not.toContain('alert_thread');
    expect(buttons(one({ dryRun: true }))).toEqual([]);
  });
});

it('of many the first five that nobody has taken have buttons, and all fit', () => {
  const services = Array.from({ length: 3 }, (_, index) => gatheredService({ service: `service-${index}` }));
  const status = statusOf(
    Array.from({ length: 30 }, (_, index) => {
      const environment = `environment-${index}`;
      const alerts = services.flatMap(({ service }) =>
        symptoms.map((symptom) =>
          alertFor({
            key: `${environment}/${service}/${symptom}`,
            environment,
            service,
            symptom,
            phase: index === 29 ? 'firing' : 'acknowledged',
          }),
        ),
      );
      return gatheredEnvironment({ environment, services, alerts: seen(alerts) });
    }),
  );
  const { blocks } = homeView(status).view;
  expect(validateBlocks(blocks, 'home')).toEqual([]);
  expect(blocks.length).toBeLessThanOrEqual(100);
  expect(buttons(status)).toHaveLength(5);
  expect(buttons(status).every(([first]) => first?.value?.startsWith('environment-29/'))).toBe(true);
  expect(JSON.stringify(blocks)).toContain('445 more open alerts');
});
