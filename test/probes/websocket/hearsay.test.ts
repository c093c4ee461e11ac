import { expect, it } from 'vitest';
import { Hearsay, Inbox } from '../../../src/probes/websocket/hearsay.ts';

const own = 'slipway-00000001-7-';
const inboxes = () => {
  const hearsay = new Hearsay();
  return { inbox: new Inbox(own, hearsay), other: new Inbox('slipway-00000001-8-', hearsay) };
};

it('what also comes to those who ask nothing is no answer', () => {
  const { inbox, other } = inboxes();
  other.take('{"type":"tick","n":1}');
  other.take('users: 12');
  void inbox.expect(`${own}1`);
  inbox.take('{"type":"tick","n":2}');
  inbox.take('users: 13');
  expect(inbox.reply).toBeUndefined();
  inbox.take('{"type":"error","n":2}');
  expect(inbox.reply).toBe('{"type":"error","n":2}');
});

it('what came before the question is no answer', () => {
  const { inbox } = inboxes();
  inbox.take('{"type":"hello"}');
  void inbox.expect(`${own}1`);
  expect(inbox.reply).toBeUndefined();
});

it('an echo is found among other messages', async () => {
  const { inbox } = inboxes();
  const answer = inbox.expect(`${own}1`);
  inbox.take('{"type":"ack"}');
  inbox.take(`{"echo":"${own}1"}`);
  expect(await answer).toBeGreaterThan(0);
});

it('a message at the wrong place is known to both sides', () => {
  const { inbox, other } = inboxes();
  void inbox.expect(`${own}1`);
  other.take(`{"echo":"${own}1"}`);
  expect(inbox.crossed).toBe(true);
  expect(other.crossed).toBe(true);
  expect(other.stray).toBe(own);
});

it('an own echo that comes late crosses nothing', () => {
  const { inbox } = inboxes();
  inbox.take(`{"echo":"${own}1"}`);
  expect(inbox.crossed).toBe(false);
});
