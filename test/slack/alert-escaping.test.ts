import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../src/domain/monitor/policy.ts';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { checksAnswer } from '../../src/slack/messages/alert/checks.ts';
import { handNoted } from '../../src/slack/messages/alert/hand.ts';
import { stormRoot } from '../../src/slack/messages/alert/storm.ts';
import { alertThreadOf } from '../../src/slack/messages/alert/thread.ts';
import { monitorNoted, monitorStatus } from '../../src/slack/messages/monitor.ts';
import { alertFactsOf, alertStories, everywhereInAlert } from '../support/alert-stories.ts';
import { mrkdwnOf, nasty } from '../support/nasty.ts';
import { began } from '../support/operations.ts';
import { blindFor } from '../support/statuses.ts';

/** Marks that slipway makes itself. */
const own = /^<(!date\^\d+\^[^<]*|#C0DEPLOYS|https?:\/\/[^\s<>|]+(\|[^<>]*)?)>$/;

describe.each(nasty.map((text) => [text.slice(0, 40), text]))('%j from outside, in an alert', (_, text) => {
  const facts = alertFactsOf(text);
  const stories = Object.entries(alertStories(everywhereInAlert(text)));
  const drafts = stories.flatMap(([name, alert]) =>
    alertThreadOf(alert, facts).map((draft) => ({ name: `${name} ${draft.key}`, draft })),
  );
  const alerts = stories.map(([, alert]) => alert);
  const round = { at: began, tallies: {}, blind: 1, diagnoses: [text, text] };
  const policy = { ...defaultPolicy, rules: defaultPolicy.rules.map((rule) => ({ ...rule, page: text })) };
  const others = [
    { name: 'digest', draft: stormRoot(text, began, alerts) },
    {
      name: 'checks',
      draft: checksAnswer({ service: text, environment: text, symptom: 'journeys' }, [round]),
    },
    { name: 'no checks', draft: checksAnswer({ service: text, environment: text, symptom: 'journeys' }, []) },
    { name: 'noted', draft: handNoted(alerts[0]!, { hand: 'ack', until: undefined }) },
    { name: 'watched', draft: monitorNoted(text, true, began) },
    {
      name: 'status',
      draft: monitorStatus({
        environment: text,
        watching: { on: true, byName: text, until: began },
        policy,
        services: [{ service: text, summary: { samples: 0 } }],
        alerts,
        blind: blindFor({ environment: text, services: [text], diagnoses: [text, text], url: text }),
        now: began,
      }),
    },
  ];

  it('rings for nobody, names nobody and hides no address', () => {
    for (const { name, draft } of [...drafts, ...others])
      for (const mrkdwn of mrkdwnOf(draft)) {
        const marks = [...mrkdwn.matchAll(/<[^>]*>?/g)].map(([mark]) => mark);
        expect(
          marks.filter((mark) => !own.test(mark)),
          name,
        ).toEqual([]);
      }
  });

  it('makes no message that Slack refuses', () => {
    for (const { name, draft } of [...drafts, ...others]) {
      expect(draft.text.length, name).toBeLessThanOrEqual(4_000);
      expect(draft.text.length, name).toBeGreaterThan(0);
      expect(validateBlocks(draft.blocks, 'message'), name).toEqual([]);
    }
  });

  it('leaves what to do in sight', () => {
    for (const { name, draft } of drafts.filter(({ draft: { key } }) => key === 'root')) {
      expect(draft.text, name).toContain('*HTTP 5xx*');
      expect(JSON.stringify(draft.blocks), name).toContain('Show checks');
    }
    for (const { name, draft } of others.filter((each) => ['digest', 'status'].includes(each.name)))
      for (const mrkdwn of mrkdwnOf(draft).slice(0, 1)) expect(mrkdwn, name).toContain('*Next* ');
  });
});
