import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import { type SlackSandbox, startSlackSandbox } from '../../src/sandbox/slack/index.ts';
import { connectSlack, retryAfterMs, slackErrorName } from '../../src/slack/client.ts';
import { drawThread, type Note, type Notes } from '../../src/slack/thread.ts';
import { operationThread } from '../../src/slack/threads.ts';
import { allDone, begin, requested, started, told } from '../support/operations.ts';
import { stories } from '../support/stories.ts';

const channel = 'C0DEPLOYS';
const every = 3_000;
const built = told(requested(), started, ...allDone('preflight', 'build'));
const creating = told(requested(), started, ...allDone('preflight', 'build'), begin('candidate'));

let slack: SlackSandbox;
let notes: Map<string, Note>;
/** Where each note said its message was, in the order of the notes. */
let places: string[];
let now: number;
let draw: (operation: Operation) => Promise<number | undefined>;

beforeEach(async () => {
  slack = await startSlackSandbox({ limits: 'off' });
  const client = connectSlack(slack, pino({ level: 'silent' }));
  notes = new Map();
  places = [];
  now = 1_000_000;
  const kept: Notes = {
    read: () => Promise.resolve(notes),
    write: (_operation, message, note) => {
      places.push(note.channel);
      return Promise.resolve(void notes.set(message, note));
    },
    forget: (_operation, message) => Promise.resolve(void notes.delete(message)),
  };
  draw = (operation) => drawThread(operationThread(operation), { client, notes: kept, now: () => now });
});
afterEach(() => slack.stop());

/** Calls since the last look. */
let seen = 0;
function calls(): readonly string[] {
  const all = slack.calls().map(({ method }) => method);
  const fresh = all.slice(seen);
  seen = all.length;
  return fresh;
}
beforeEach(() => {
  seen = 0;
});

const shown = (place = channel) =>
  slack.messages(place).map(({ metadata, threadTs }) => ({
    message: metadata?.event_payload['message'],
    isReply: threadTs !== undefined,
  }));
const rootAndBuild = [
  { message: 'root', isReply: false },
  { message: 'build', isReply: true },
];

describe('a thread', () => {
  it('is a root with one reply a step, posted once', async () => {
    expect(await draw(built)).toBeUndefined();
    expect(shown()).toEqual(rootAndBuild);
    const [root, reply] = slack.messages(channel);
    expect(reply!.threadTs).toBe(root!.ts);
    expect(root!.text).toContain('Deploy backend to staging');
    expect(reply!.broadcast).toBe(false);
  });

  it('that shows the right thing is left alone', async () => {
    await draw(built);
    calls();
    now += 10 * every;
    expect(await draw(built)).toBeUndefined();
    expect(calls()).toEqual([]);
  });

  it('is updated where it differs', async () => {
    await draw(built);
    calls();
    now += every;
    expect(await draw(creating)).toBeUndefined();
    expect(calls()).toEqual(['chat.update']);
    expect(slack.messages(channel)[0]!.text).toContain('Candidate …');
    expect(shown()).toEqual(rootAndBuild);
  });

  it('waits its turn before an update, and what comes after the root waits too', async () => {
    await draw(told(requested()));
    calls();
    now += every - 1;
    expect(await draw(built)).toBe(1_000_000 + every);
    expect(calls()).toEqual([]);
    now += 1;
    expect(await draw(built)).toBeUndefined();
    expect(calls()).toEqual(['chat.update', 'chat.postMessage']);
  });

  it('of a failure is shown in the channel with its last reply', async () => {
    await draw(stories()['rolled back']!);
    const loud = slack.messages(channel).filter(({ broadcast }) => broadcast);
    expect(loud.map(({ metadata }) => metadata?.event_payload['message'])).toEqual(['report']);
  });

  it('bears the state of its operation', async () => {
    await draw(built);
    now += every;
    await draw(stories()['succeeded']!);
    expect(slack.messages(channel)[0]!.metadata?.event_payload).toEqual({
      operation: 'staging-42',
      message: 'root',
      state: 'succeeded',
    });
  });
});

describe('a message whose answer was lost', () => {
  it('is found again and not posted twice: the root', async () => {
    slack.faults.fail('chat.postMessage', 'drop-after');
    await expect(draw(built)).rejects.toThrow();
    expect(shown()).toEqual([rootAndBuild[0]]);
    expect(notes.get('root')?.ts).toBeUndefined();
    calls();
    expect(await draw(creating)).toBeUndefined();
    expect(calls()).toEqual(['conversations.history', 'chat.update', 'chat.postMessage']);
    expect(shown()).toEqual(rootAndBuild);
    expect(slack.messages(channel)[0]!.text).toContain('Candidate …');
  });

  it('is found again and not posted twice: a reply', async () => {
    await draw(told(requested()));
    now += every;
    slack.faults.fail('chat.postMessage', 'drop-after');
    await expect(draw(built)).rejects.toThrow();
    expect(shown()).toEqual(rootAndBuild);
    calls();
    expect(await draw(built)).toBeUndefined();
    expect(calls()).toEqual(['conversations.replies', 'chat.update']);
    expect(shown()).toEqual(rootAndBuild);
  });

  it('is told from those of other operations', async () => {
    await draw(told(requested({ number: 41 })));
    notes.clear();
    slack.faults.fail('chat.postMessage', 'drop-before');
    await expect(draw(built)).rejects.toThrow();
    expect(await draw(built)).toBeUndefined();
    expect(shown()).toEqual([rootAndBuild[0], ...rootAndBuild]);
  });

  it('is looked for again when Slack did not answer that either', async () => {
    slack.faults.fail('chat.postMessage', 'drop-after');
    slack.faults.fail('conversations.history', 'error-5xx');
    await expect(draw(built)).rejects.toThrow();
    await expect(draw(built)).rejects.toThrow();
    expect(shown()).toEqual([rootAndBuild[0]]);
    await draw(built);
    expect(shown()).toEqual(rootAndBuild);
  });

  it('was an update: it is made again', async () => {
    await draw(built);
    now += every;
    slack.faults.fail('chat.update', 'drop-after');
    await expect(draw(creating)).rejects.toThrow();
    await draw(creating);
    expect(shown()).toEqual(rootAndBuild);
    expect(slack.messages(channel)[0]!.text).toContain('Candidate …');
  });
});

describe('a thread that cannot be where it should', () => {
  it('is drawn anew when somebody deleted its root', async () => {
    await draw(told(requested()));
    const client = connectSlack(slack, pino({ level: 'silent' }));
    await client.chat.delete({ channel, ts: slack.messages(channel)[0]!.ts });
    expect(shown()).toEqual([]);
    now += every;
    expect(await draw(built)).toBeUndefined();
    expect(shown()).toEqual(rootAndBuild);
    const [root, reply] = slack.messages(channel);
    expect(reply!.threadTs).toBe(root!.ts);
  });

  it('goes where the command was typed, with all of its replies', async () => {
    const lost = { ...built, request: { ...built.request, channel: 'C0GONE' } };
    expect(await draw(lost)).toBeUndefined();
    expect(shown('C0RELEASES')).toEqual(rootAndBuild);
    calls();
    now += every;
    await draw({ ...creating, request: lost.request });
    expect(calls()).toEqual(['chat.update']);
  });

  it('goes to the requester at last', async () => {
    const lost = { ...built, request: { ...built.request, channel: 'C0GONE', typedIn: 'C0AWAY' } };
    const refused = await draw(lost).catch(slackErrorName);
    // The stand-in has no direct messages: what counts is who was asked, in which order.
    expect(refused).toBe('channel_not_found');
    expect(calls()).toEqual(['chat.postMessage', 'chat.postMessage', 'chat.postMessage']);
    expect(places).toEqual(['C0GONE', 'C0AWAY', 'U0DEVELOPER']);
    expect(notes.get('root')).toBeUndefined();
  });
});

describe('Slack’s wish for quiet', () => {
  it('reaches the caller with its time, and nothing is lost', async () => {
    slack.faults.rateLimit('chat.postMessage', 7);
    const error: unknown = await draw(built).catch((thrown: unknown) => thrown);
    expect(retryAfterMs(error)).toBe(7_000);
    expect(slackErrorName(error)).toBeUndefined();
    expect(calls()).toEqual(['chat.postMessage']);
    await draw(built);
    expect(shown()).toEqual(rootAndBuild);
  });

  it('at an update leaves the message as it was', async () => {
    await draw(built);
    now += every;
    slack.faults.rateLimit('chat.update', 3);
    expect(retryAfterMs(await draw(creating).catch((thrown: unknown) => thrown))).toBe(3_000);
    expect(slack.messages(channel)[0]!.text).not.toContain('Candidate …');
    await draw(creating);
    expect(slack.messages(channel)[0]!.text).toContain('Candidate …');
  });

  it.each([new Error('x'), undefined, 'text', { code: 'slack_webapi_rate_limited_error' }])(
    'is not read into %o',
    (error) => {
      expect(retryAfterMs(error)).toBeUndefined();
      expect(slackErrorName(error)).toBeUndefined();
    },
  );
});
