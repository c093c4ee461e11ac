import type { Alert } from '../../src/domain/alert/alert.ts';
import type { AlertEvent } from '../../src/domain/alert/events.ts';
import type { AlertFacts } from '../../src/slack/messages/alert/root.ts';
import { clip } from '../../src/slack/messages/mrkdwn.ts';
import { acknowledged, after, fired, measured, resolved, snoozed, told } from './alerts.ts';
import { everywhere, stories } from './stories.ts';

/** Text that comes from outside slipway, at every place where an alert tells some. */
export interface AlertOutside {
  readonly name: string;
  readonly service: string;
  readonly team: string;
  readonly operation: string;
  readonly diagnosis: string;
}

const usualAlert: AlertOutside = {
  name: 'reviewer',
  service: 'backend',
  team: 'operations',
  operation: 'staging-43',
  diagnosis: 'SERVER_ERROR',
};

export function everywhereInAlert(text: string): AlertOutside {
  // Of an alert's own names the longest that the configuration takes: they stand in the id of a block, too.
  return { name: text, service: clip(text, 63), team: text, operation: text, diagnosis: text };
}

/** An alert in every state that people can meet, by name. */
export function alertStories(outside: AlertOutside = usualAlert): Readonly<Record<string, Alert>> {
  const { name, service, team, operation, diagnosis } = outside;
  const seen = { diagnoses: [diagnosis, 'BAD_GATEWAY', diagnosis] };
  const first = fired({ service, page: team, measured: measured(0.34, seen) });
  const again = (minutes: number) => ({ ...first, at: after(minutes), since: after(minutes) - 20_000 });
  const ack = acknowledged(3, name);
  const sleep = snoozed(4, name);
  const worse: AlertEvent = { type: 'worsened', at: after(2), measured: measured(0.8, seen) };
  const woken: AlertEvent = { type: 'woken', at: after(64), measured: measured(0.4, seen) };
  const escalated: AlertEvent = { type: 'escalated', at: after(10), team };
  const back: AlertEvent = { type: 'rolled-back', at: after(1), operation };
  const often = [first, resolved(5), again(10), resolved(15), again(20)];
  return {
    firing: told(first),
    'firing for nobody': told({ ...first, page: undefined }),
    worsened: told(first, worse),
    acknowledged: told(first, ack),
    snoozed: told(first, sleep),
    'snoozed after it was acknowledged': told(first, ack, sleep),
    woken: told(first, sleep, woken),
    escalated: told(first, escalated),
    'rolled back': told(first, back),
    'rolled back and resolved': told(first, back, resolved(4)),
    'taken back soon': told({ ...first, takeBack: operation }),
    'not taken back': told(
      { ...first, takeBack: operation },
      { type: 'paged', at: after(1), team, action: 'trigger', dedupKey: told(first).dedupKey },
    ),
    'would have been taken back': told({ ...first, dryRun: true, takeBack: operation }),
    closed: told(first, { type: 'closed', at: after(9), reason: 'RULE_REMOVED' }),
    checked: told(first, { type: 'checked', at: after(2), by: 'U0GUEST', byName: name }),
    resolved: told(first, worse, ack, resolved()),
    'firing again': told(first, resolved(5), again(10)),
    flapping: told(...often),
    'flapping and acknowledged': told(...often, acknowledged(21, name)),
    'flapped and resolved': told(...often, resolved(40)),
    'would have fired': told({ ...first, dryRun: true }),
    'would have been resolved': told({ ...first, dryRun: true }, resolved()),
    'another thread': told(first, resolved(5), { ...again(2_000), thread: 2 }),
  };
}

/** What is known around it, told with words from outside. */
export function alertFactsOf(text: string): AlertFacts {
  const operation = stories(everywhere(text))['succeeded'];
  const lately = operation === undefined ? [] : [operation, operation, operation, operation];
  return {
    card: { owner: text, tier: 1, impact: text, runbook: text },
    lately,
    rollback: operation,
    lastGood: text,
    checks: { [after(2)]: [{ words: text, fileId: 'F0CHART000' }, { words: text }] },
    links: { [text]: text },
  };
}

export const usualFacts: AlertFacts = {
  card: {
    owner: 'S0APPROVERS',
    tier: 1,
    impact: 'Nobody can talk to an agent',
    runbook: 'https://runbooks.example/backend',
  },
  lately: Object.values(stories()).filter(({ outcome }) => outcome === 'succeeded'),
  lastGood: 'backend-00136-xyz',
  links: { 'staging-43': 'https://chat.example/archives/C0DEPLOYS/p1' },
};
