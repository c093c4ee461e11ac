import { Cron } from 'croner';
import { z } from 'zod';
import { duration, text } from './fields.ts';

const HOUR = 3_600_000;

export const person = text({
  description: 'A Slack user id (U…, W…) or user group id (S…).',
  expected: 'a Slack user id (U…, W…) or user group id (S…) such as S0APPROVERS',
  pattern: /^[UWS][A-Z0-9]{2,30}$/,
  example: 'S0APPROVERS',
});

const people = (what: string) =>
  z
    .array(person)
    .min(1)
    .optional()
    .meta({ description: what, examples: [['S0APPROVERS', 'U0OPERATOR']] });

export const roles = z
  .strictObject({
    deploy: people('Who may deploy, control a deploy and lift a quarantine. Default: everybody.'),
    approve: people('Who may approve. Default: approval.by.'),
    rollback: people('Who may roll back. Default: everybody.'),
    lock: people('Who may lock and unlock. Default: everybody.'),
  })
  .prefault({})
  .meta({
    description: 'Who may do what here. A role that is left out belongs to everybody.',
    examples: [{ deploy: ['S0DEVELOPERS'], lock: ['S0APPROVERS'] }],
  });

const CRON_EXPECTED =
  'five fields (minute, hour, day of month, month, day of week) that come again and again, such as 0 16 * * 5';
const ZONE_EXPECTED = 'an IANA time zone such as Europe/Berlin';
const REASON_EXPECTED = 'a text of 1 to 200 characters on one line such as weekend';

const fires = (cron: string): boolean => {
  try {
    // A 30th of February is well formed and never comes.
    return new Cron(cron, { timezone: 'UTC', paused: true, mode: '5-part' }).nextRun() !== null;
  } catch {
    return false;
  }
};

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const window = z
  .strictObject({
    cron: z
      .string({ error: CRON_EXPECTED })
      .refine(fires, { error: CRON_EXPECTED })
      .meta({ description: 'When a freeze begins, in five fields of cron.', examples: ['0 16 * * 5'] }),
    lasts: duration({
      description: 'How long it lasts from then on.',
      fromMs: 60_000,
      toMs: 31 * 24 * HOUR,
      fallback: '24h',
    }),
    zone: z
      .string({ error: ZONE_EXPECTED })
      .refine(isZone, { error: ZONE_EXPECTED })
      .default('UTC')
      .meta({ description: 'The time zone of cron.', examples: ['Europe/Berlin'] }),
    reason: z
      .string({ error: REASON_EXPECTED })
      .regex(/^[^\r\n]{1,200}$/, { error: REASON_EXPECTED })
      .meta({ description: 'What people are told.', examples: ['weekend'] }),
  })
  .meta({
    description: 'A time that comes again and again, in which nothing is deployed.',
    examples: [{ cron: '0 16 * * 5', lasts: '64h', zone: 'Europe/Berlin', reason: 'weekend' }],
  });

export const freeze = z
  .array(window)
  .max(50)
  .default([])
  .meta({
    description: 'When nothing is deployed here; rollbacks pass.',
    examples: [[{ cron: '0 16 * * 5', lasts: '64h', zone: 'Europe/Berlin', reason: 'weekend' }]],
  });

export const after = z
  .string({ error: 'the name of an environment' })
  .optional()
  .meta({
    description: 'The environment that must have proved a version before this one takes it. Default: none.',
    examples: ['staging'],
  });
