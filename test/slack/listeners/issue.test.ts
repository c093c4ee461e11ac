import { pino } from 'pino';
import { expect, it } from 'vitest';
import { again } from '../../../src/slack/listeners/again.ts';
import type { Asker } from '../../../src/slack/listeners/open.ts';
import { backend } from '../../cloud/support.ts';
import { office, useAlertOffice } from '../../support/alert-office.ts';
import { broken, end, requested, started, told } from '../../support/operations.ts';

const at = useAlertOffice();
const { channel } = office;
const type = (text: string) =>
  at().answered(() => at().slack.command({ user: 'U0DEVELOPER', channel, text }));

it.each([
  ['/deploy backend staging issue:#128', 'deploy'],
  ['/validate backend staging issue:128', 'validate'],
  ['/validate staging suites issue:128', 'validate'],
  ['/rounds start backend staging suites:e2e issue:128', 'rounds'],
])('%s writes down the issue that it is about', async (text, kind) => {
  await at().listen();
  expect((await type(text)).text).toContain('staging #1 is accepted');
  expect((await at().ledger.operation('staging-1'))?.request).toMatchObject({ kind, issue: 128 });
});

it.each(['/deploy help', '/validate help', '/rounds help'])('%s tells of issue:', async (text) => {
  await at().listen();
  expect((await type(text)).text).toContain(
    '`issue:&lt;number&gt;`: a GitHub issue that is linked and, once it is over, gets one comment with the report',
  );
});

it('tests that are begun once more are about the same issue', async () => {
  const blocked = told(
    requested({ kind: 'validate', issue: 128, suites: { names: ['e2e'], gate: false }, plan: ['preflight'] }),
    started,
    ...broken('preflight', 'BLOCKED'),
    end('blocked'),
  );
  const log = pino({ level: 'silent' });
  const intake = {
    ledger: at().ledger,
    targetOf: () => backend,
    producer: { submit: () => Promise.resolve() },
    durations: { usual: () => Promise.resolve({}) },
    now: Date.now,
    log,
  };
  const person = { by: 'U1', byName: 'developer', typedIn: channel, deliveryId: 'click' };
  const to = { respond: () => Promise.resolve(), channel, user: 'U1', log };
  const asker = { person, to } as unknown as Asker;
  await again(blocked, 'retry', { asker, intake: intake as never });
  expect((await at().ledger.operation('staging-1'))?.request).toMatchObject({
    issue: 128,
    suites: { names: ['e2e'] },
  });
});
