import { beforeEach, expect, it } from 'vitest';
import { explainAlerts } from '../../jobs/explain-alert.ts';
import { viewRevision } from '../../src/cloud/revision-view.ts';
import { alertRoot } from '../../src/slack/messages/alert/root.ts';
import { backend } from '../cloud/support.ts';
import { after, facts, measured, MemoryAlerts, resolved } from '../support/alerts.ts';

const traceback = [
  '  File "/app/agents/supervisor.py", line 14, in go',
  "NameError: name 'x' is not defined",
];
const revisionOf = (name: string, image: string, env: readonly string[]) =>
  viewRevision({
    name: `projects/p/locations/r/services/backend/revisions/${name}`,
    containers: [{ image, env: env.map((each) => ({ name: each, value: '1' })) }],
    conditions: [{ type: 'Ready', state: 'CONDITION_SUCCEEDED' }],
  });

let alerts: MemoryAlerts;
let reads: number;
let release: () => void;
let lines: readonly string[];
let fault: Error | undefined;
let warned: number;
beforeEach(() => {
  [alerts, reads, lines, fault, warned] = [new MemoryAlerts(), 0, traceback, undefined, 0];
});

function explainer(held = false) {
  const cloud = {
    logs: {
      ofRevision: async () => {
        reads += 1;
        if (held)
          await new Promise<void>((resolve) => {
            release = resolve;
          });
        if (fault !== undefined) throw fault;
        return lines;
      },
    },
    run: {
      service: () => Promise.resolve({ serving: [{ revision: 'backend-2', percent: 100 }] }),
      history: () =>
        Promise.resolve([
          revisionOf('backend-2', 'i@sha256:b', ['E2E_TEST_ENV']),
          revisionOf('backend-1', 'i@sha256:a', []),
        ]),
      revision: () => Promise.resolve(undefined),
    },
  };
  return explainAlerts({
    cloud: cloud as unknown as Parameters<typeof explainAlerts>[0]['cloud'],
    alerts: alerts,
    log: {
      warn: () => {
        warned += 1;
      },
    },
    now: () => after(1),
  });
}

const types = (key: string) => alerts.journals.get(key)?.map(({ type }) => type);

it('an alert is told the cause that the log of who serves names, once', async () => {
  const key = alerts.fire();
  const explain = explainer();
  explain((await alerts.alert(key))!, backend);
  await expect.poll(() => types(key)).toEqual(['fired', 'explained']);
  const alert = (await alerts.alert(key))!;
  expect(alertRoot(alert, facts).text).toContain(
    "*Cause* `NameError: name 'x' is not defined` at `/app/agents/supervisor.py:14`, in revision backend-2, which changed: image, env E2E_TEST_ENV added",
  );
  explain(alert, backend);
  explainer()(alert, backend);
  expect(reads).toBe(1);
  // Another firing may have another cause.
  alerts.append(key, resolved(5));
  alerts.fire({ at: after(10) });
  const again = (await alerts.alert(key))!;
  expect(again.cause).toBeUndefined();
  explain(again, backend);
  await expect.poll(() => types(key)?.filter((type) => type === 'explained')).toHaveLength(2);
});

it('is not looked for where the service writes no line about it', async () => {
  const key = alerts.fire({ measured: measured(0.5, { diagnoses: ['FORBIDDEN', 'DNS_NOT_FOUND'] }) });
  explainer()((await alerts.alert(key))!, backend);
  expect(reads).toBe(0);
});

it('is not told when the alert is over meanwhile, and four are looked for at once', async () => {
  const explain = explainer(true);
  const keys = ['a', 'b', 'c', 'd', 'e'].map((service) => alerts.fire({ service }));
  for (const key of keys) explain((await alerts.alert(key))!, backend);
  await expect.poll(() => reads).toBe(4);
  const last = keys[3]!;
  alerts.append(last, resolved(2));
  release();
  // A place is free again when its look has ended.
  await expect
    .poll(async () => {
      explain((await alerts.alert(keys[4]!))!, backend);
      return reads;
    })
    .toBe(5);
  expect(types(last)).toEqual(['fired', 'resolved']);
});

it('a log that names nothing, or cannot be read, changes nothing', async () => {
  lines = ['listening'];
  const key = alerts.fire();
  const explain = explainer();
  explain((await alerts.alert(key))!, backend);
  await expect.poll(() => reads).toBe(1);
  explain((await alerts.alert(key))!, backend);
  expect(reads).toBe(1);
  fault = new Error('PERMISSION_DENIED');
  explainer()((await alerts.alert(key))!, backend);
  await expect.poll(() => warned).toBe(1);
  expect(types(key)).toEqual(['fired']);
});
