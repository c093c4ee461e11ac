import { describe, expect, it } from 'vitest';
import { diagnoses } from '../../src/domain/diagnosis/registry.ts';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { readFiring } from '../../src/slack/messages/alert/buttons.ts';
import { stormRoot } from '../../src/slack/messages/alert/storm.ts';
import { alertThreadOf } from '../../src/slack/messages/alert/thread.ts';
import type { Draft } from '../../src/slack/messages/draft.ts';
import { alertStories, usualFacts } from '../support/alert-stories.ts';
import { after, facts, fired, measured, resolved, told } from '../support/alerts.ts';
import { actionsOf } from '../support/buttons.ts';
import { began } from '../support/operations.ts';

const known = alertStories();

function thread(name: string, around = usualFacts): readonly Draft[] {
  const alert = known[name];
  if (alert === undefined) throw new Error(`There is no story ${name}`);
  return alertThreadOf(alert, around);
}

const root = (name: string, around = usualFacts) => thread(name, around)[0]!;
const replies = (name: string) =>
  thread(name)
    .slice(1)
    .map(({ key, text }) => `${key.replace(/-\d+$/, '')}: ${text}`);
const actions = (name: string) => actionsOf(root(name) as never);

describe('the root of an alert', () => {
  it('says what, since when, how bad, what it may be, what was done lately and whom it concerns', () => {
    const { text } = root('firing');
    const lines = text.split('\n');
    expect(lines[0]).toMatch(
      /^\*HTTP 5xx\* · backend in staging · \*firing\* since <!date\^\d+\^\{time_secs\}\|09:59:30 UTC>$/,
    );
    expect(lines).toContain('*Measured* 34 % of 120 samples (limit 20 %, with what was usual before)');
    expect(text).toContain(`\`SERVER_ERROR\` ${diagnoses.SERVER_ERROR.cause}`);
    expect(text).toContain(`*Next* ${diagnoses.SERVER_ERROR.next}`);
    expect(text).toMatch(/\*Lately\*\n• staging #42 deploy by reviewer: succeeded in 19 s, <!date/);
    expect(lines).toContain('*Impact* Nobody can talk to an agent · tier 1 · owner <!subteam^S0APPROVERS>');
    expect(lines).toContain('*Pages* operations');
    expect(lines).toContain('*Runbook* <https://runbooks.example/backend>');
  });

  it('rings for the owner only where somebody is woken', () => {
    expect(root('firing for nobody').text).toContain('owner `S0APPROVERS`');
    expect(root('firing for nobody').text).not.toContain('Pages');
    expect(root('would have fired').text).toContain('owner `S0APPROVERS`');
  });

  it('names an owner that has no id, and what slipway did not do', () => {
    const around = { ...facts, card: { owner: 'chat team' } };
    expect(root('firing', around).text).toContain('*Impact* owner chat team');
    expect(root('firing', around).text).toContain('*Lately* nothing that slipway did here');
  });

  it.each([
    ['firing', '*firing* since', ['alert_ack', 'alert_snooze', 'alert_rollback', 'alert_checks']],
    ['acknowledged', '*acknowledged* by reviewer', ['alert_snooze', 'alert_rollback', 'alert_checks']],
    [
      'snoozed',
      '*snoozed* by reviewer until',
      ['alert_ack', 'alert_snooze', 'alert_rollback', 'alert_checks'],
    ],
    ['rolled back', '*firing* since', ['alert_ack', 'alert_snooze', 'alert_checks']],
    ['resolved', '*resolved* after 12 m 30 s', ['alert_checks']],
    ['firing again', '*firing* since', ['alert_ack', 'alert_snooze', 'alert_rollback', 'alert_checks']],
    ['would have fired', '*would have fired* at', ['alert_checks']],
    ['would have been resolved', '*would have been resolved* after', ['alert_checks']],
  ])('%s: says %j and has only the buttons that act', (name, state, buttons) => {
    expect(root(name).text.split('\n')[0]).toContain(state);
    expect(actions(name)).toEqual(buttons);
  });

  it('says of a trial that nobody is woken', () => {
    expect(root('would have fired').text).toContain(
      '*Trial run* This rule wakes nobody and takes nobody back',
    );
    expect(root('would have fired').text).toContain('*Would have paged* operations');
  });

  it('goes on in one line when it comes and goes', () => {
    expect(root('flapping').text).toContain('*Comes and goes* fired 3 times since');
    expect(root('firing again').text).not.toContain('Comes and goes');
  });

  it('keeps the worst in sight, and explains nothing that is over', () => {
    expect(root('resolved').text).toContain(
      '*Measured* now 0 % of 120 samples (limit 20 %, with what was usual before); 80 % at the worst',
    );
    expect(root('resolved').text).not.toMatch(/Looks like|Lately/);
  });

  it('shows a chart when there is one', () => {
    const picture = { fileId: 'F0CHART', alt: 'Availability over an hour' };
    const [, image] = root('firing', { ...usualFacts, picture }).blocks;
    expect(image).toEqual({ type: 'image', slack_file: { id: 'F0CHART' }, alt_text: picture.alt });
    expect(root('firing').blocks.map(({ type }) => type)).toEqual(['section', 'actions']);
  });

  it('names its firing in the block of its buttons', () => {
    const block = root('firing again').blocks.at(-1);
    expect(readFiring(block?.block_id)).toEqual({ key: 'staging/backend/serverErrors', firedAt: after(10) });
    expect(readFiring('alert:{}')).toBeUndefined();
    expect(readFiring('alert:{')).toBeUndefined();
    expect(readFiring('controls')).toBeUndefined();
  });

  it('asks before it rolls back, and says where to', () => {
    const block = root('firing').blocks.at(-1) as unknown as {
      elements: { confirm?: { text: { text: string } } }[];
    };
    expect(block.elements[2]?.confirm?.text.text).toContain('backend-00136-xyz as far as is known');
  });
});

describe('the replies of an alert', () => {
  it('are none while nothing changed', () => {
    expect(replies('firing')).toEqual([]);
    expect(thread('firing')).toEqual(thread('firing'));
  });

  it.each([
    ['worsened', ['worsened: *Worse* 80 % of 120 samples (limit 20 %); it was 34 % at the worst']],
    ['acknowledged', ['acknowledged: *Acknowledged* by reviewer, 3 m after it fired']],
    ['escalated', ['escalated: *Escalated* to operations: nobody acknowledged within 10 m']],
    [
      'rolled back',
      [
        'rolled-back: *Users are taken back* because of it: <https://chat.example/archives/C0DEPLOYS/p1|staging #43>',
      ],
    ],
    [
      'firing again',
      [
        'resolved: *Resolved* after 5 m 30 s: now 0 % of 120 samples (limit 20 %), 34 % at the worst',
        'fired: *Firing again*, 5 m after it was resolved: 34 % of 120 samples (limit 20 %)',
      ],
    ],
  ])('%s: tell it once', (name, expected) => {
    expect(replies(name)).toEqual(expected);
  });

  it('tell everything in its order', () => {
    expect(thread('woken').map(({ key }) => key.replace(/-\d+$/, ''))).toEqual(['root', 'snoozed', 'woken']);
    expect(thread('resolved').map(({ key }) => key.replace(/-\d+$/, ''))).toEqual([
      'root',
      'worsened',
      'acknowledged',
      'resolved',
    ]);
  });

  it('fold what comes and goes into one that is kept up to date', () => {
    const last = replies('flapping').at(-1);
    expect(last).toContain('flapping: *Comes and goes* fired 3 times since');
    expect(last).toContain('it goes on');
    expect(replies('flapped and resolved')).toHaveLength(replies('flapping').length);
    expect(replies('flapped and resolved').at(-1)).toContain('quiet since');
  });

  it('are shown in the channel when it fires again, and only then', () => {
    const loud = Object.keys(known).flatMap((name) =>
      thread(name).flatMap(({ key, broadcast }) =>
        broadcast ? [`${name}: ${key.replace(/-\d+$/, '')}`] : [],
      ),
    );
    expect([...new Set(loud.map((each) => each.split(': ')[1]))].toSorted()).toEqual(['fired', 'woken']);
    expect(loud).toContain('firing again: fired');
  });

  it('say of a trial what would have been', () => {
    expect(replies('would have been resolved')[0]).toContain('*Would have been resolved* after 12 m 30 s');
  });

  it('belong to the newest thread alone', () => {
    expect(replies('another thread')).toEqual([]);
  });

  it('of a rollback whose thread is not known are told by its name', () => {
    const reply = thread('rolled back', facts)[1];
    expect(reply?.text).toBe('*Users are taken back* because of it: staging #43');
  });
});

describe('a digest', () => {
  const alerts = Array.from({ length: 38 }, (_, index) =>
    told(
      fired({
        service: `service-${String(index).padStart(2, '0')}`,
        symptom: index < 30 ? 'serverErrors' : 'timeouts',
      }),
    ),
  );

  it('says how many, in which state, of what, and what to do first', () => {
    const { text, blocks } = stormRoot('staging', began, alerts);
    expect(text.split('\n')[0]).toMatch(/^\*38 alerts in staging\* · 38 firing · since </);
    expect(text).toContain('*HTTP 5xx* 30 of 30 open: service-00, service-01,');
    expect(text).toContain('service-11 and 18 more');
    expect(text).toContain('*Time-outs of the load balancer* 8 of 8 open: service-30,');
    expect(text).toContain('*Next* Look for what they have in common first');
    expect(validateBlocks(blocks, 'message')).toEqual([]);
  });

  it('ends when all of them have', () => {
    const over = alerts.map((alert) => told(...alert.story, resolved()));
    expect(stormRoot('staging', began, over).text).toContain(
      '38 alerts in staging* · all resolved after 12 m',
    );
    const some = [...over.slice(0, 8), ...alerts.slice(8)];
    expect(stormRoot('staging', began, some).text).toContain('30 firing, 8 resolved');
  });

  it('fits into a message, however many there are', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      told(fired({ service: `s${index}${'x'.repeat(60)}`, measured: measured(1) })),
    );
    const { text, blocks } = stormRoot('staging', began, many);
    expect(text.length).toBeLessThan(4_000);
    expect(text).toContain('*Next*');
    expect(validateBlocks(blocks, 'message')).toEqual([]);
  });
});
