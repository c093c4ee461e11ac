import { z } from 'zod';
import { anything, fieldPath, headers, line, path, within } from './fields.ts';

/** What a step does: each step has exactly one of these keys. */
export const VERBS = [
  'get',
  'head',
  'post',
  'put',
  'delete',
  'options',
  'connect',
  'send',
  'expect',
  'close',
] as const;
export type Verb = (typeof VERBS)[number];

const HTTP_KEYS = ['name', 'headers', 'status', 'capture', 'within'];
/** The other keys that go with each. */
export const STEP_KEYS: Readonly<Record<Verb, readonly string[]>> = {
  get: HTTP_KEYS,
  head: HTTP_KEYS,
  delete: HTTP_KEYS,
  options: HTTP_KEYS,
  post: [...HTTP_KEYS, 'body'],
  put: [...HTTP_KEYS, 'body'],
  connect: ['name', 'headers', 'subprotocols', 'within'],
  send: ['name'],
  expect: ['name', 'capture', 'within'],
  close: ['name'],
};

const STATUS_EXPECTED = 'an HTTP status from 100 to 599 such as 200';
const SUBPROTOCOLS_EXPECTED = 'a subprotocol such as chat.v1';

// RFC 6455 §4.1: elements of Sec-WebSocket-Protocol are tokens.
export const subprotocols = z
  .array(
    z
      .string({ error: SUBPROTOCOLS_EXPECTED })
      .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, { error: SUBPROTOCOLS_EXPECTED })
      .meta({ description: 'One subprotocol.', examples: ['chat.v1'] }),
  )
  .max(10)
  .default([])
  .meta({ description: 'Subprotocols to ask for, the best first.', examples: [['chat.v1']] });

const name = (description: string, example: string) => line(description, 80, example);

const http = (method: string) => path(`Asks this path with ${method}.`, '/auth/e2e').optional();

const step = z
  .strictObject({
    name: name('What the report calls the step. Default: what it does.', 'log in').optional(),
    get: http('GET'),
    head: http('HEAD'),
    post: http('POST'),
    put: http('PUT'),
    delete: http('DELETE'),
    options: http('OPTIONS'),
    connect: path('Opens a WebSocket at this path.', '/ws').optional(),
    send: anything('Sends this message: a text as it is, all else as JSON.', {
      type: 'user_message',
    }).optional(),
    expect: anything(
      'Waits for a message that has at least these values; a word is short for { type: word }.',
      {
        type: 'agent_completed',
      },
    ).optional(),
    close: z
      .literal(true, { error: 'true' })
      .optional()
      .meta({ description: 'Closes the WebSocket.', examples: [true] }),
    headers: headers('Headers of this step, over those of the validation.').optional(),
    body: anything('What is posted or put: a text as it is, all else as JSON.', { user: 'e2e' }).optional(),
    status: z
      .int({ error: STATUS_EXPECTED })
      .min(100, { error: STATUS_EXPECTED })
      .max(599, { error: STATUS_EXPECTED })
      .optional()
      .meta({ description: 'The status that is right. Default: 200.', examples: [201] }),
    subprotocols: subprotocols.optional(),
    capture: z
      .record(z.string(), fieldPath('Where the value is in the answer or message.', 'access_token'))
      .refine((all) => Object.keys(all).every((key) => /^[A-Za-z_]\w{0,60}$/.test(key)), {
        error: 'names of letters, digits and _, with a field each',
      })
      .optional()
      .meta({
        description: 'Values to keep: later steps use them as ${name}.',
        examples: [{ token: 'access_token' }],
      }),
    within: within('How long the step may take.', '5s').optional(),
  })
  .meta({
    description: 'One step: exactly one thing to do.',
    examples: [{ expect: 'agent_completed', within: '2s' }],
  });

export const journeys = z
  .array(
    z
      .strictObject({
        name: name('What the report calls it.', 'golden path'),
        within: within('How long the whole journey may take.', '30s'),
        steps: z
          .array(step)
          .min(1)
          .max(50)
          .meta({
            description: 'What to do, in order. 1 to 50 steps.',
            examples: [
              [{ connect: '/ws' }, { send: { type: 'user_message' } }, { expect: 'agent_completed' }],
            ],
          }),
      })
      .meta({
        description: 'One scripted conversation.',
        examples: [{ name: 'golden path', steps: [{ connect: '/ws' }] }],
      }),
  )
  .max(10)
  .default([])
  .meta({
    description: 'Scripted conversations that must go through. At most 10.',
    examples: [[{ name: 'golden path', steps: [{ connect: '/ws' }] }]],
  });

export type FileJourney = z.output<typeof journeys>[number];
export type FileStep = FileJourney['steps'][number];
