import { z } from 'zod';
import { duration, text } from '../fields.ts';
import { anything, headers, path, whole, within } from './fields.ts';
import { journeys, subprotocols } from './journey.schema.ts';
import { token } from './token.schema.ts';

const STATUS_EXPECTED = 'an HTTP status from 100 to 599 such as 200';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const;

const httpCheck = z
  .strictObject({
    path: path('Path and optional query.', '/health'),
    method: z
      .enum(METHODS, { error: `one of ${METHODS.join(', ')}` })
      .default('GET')
      .meta({ description: 'HTTP method.', examples: ['GET'] }),
    status: z
      .int({ error: STATUS_EXPECTED })
      .min(100, { error: STATUS_EXPECTED })
      .max(599, { error: STATUS_EXPECTED })
      .default(200)
      .meta({ description: 'The one status that is right.', examples: [200] }),
    body: anything('What is sent: a text as it is, all else as JSON.', { probe: true }).optional(),
    contains: text({
      description: 'Text that the answer must contain.',
      expected: 'a text of 1 to 1000 characters such as ok',
      pattern: /^[^]{1,1000}$/,
      example: 'ok',
    }).optional(),
    json: z
      .record(z.string(), anything('A value.', 'ok'), { error: 'a mapping such as { status: ok }' })
      .optional()
      .meta({
        description: 'The answer must be JSON with at least these values.',
        examples: [{ status: 'ok' }],
      }),
    within: within('How long the whole answer may take.', '2s'),
    samples: whole({ description: 'How often it is asked.', from: 1, to: 1_000, fallback: 20 }),
  })
  .meta({ description: 'One HTTP check.', examples: [{ path: '/api/status', json: { status: 'ok' } }] });

const FAILURES_EXPECTED = 'a share from 0% to 100% such as 5%';

const webSocketCheck = z
  .strictObject({
    path: path('Path and optional query.', '/ws'),
    subprotocols,
    handshakes: whole({
      description: 'Handshakes of the first look; more are made when they are not enough to say.',
      from: 1,
      to: 1_000,
      fallback: 60,
    }),
    failures: z
      .string({ error: FAILURES_EXPECTED })
      .regex(/^(?:100|\d{1,2}(?:\.\d{1,2})?)%$/, { error: FAILURES_EXPECTED })
      .meta({ description: 'Share of handshakes that may fail.', examples: ['5%'] })
      .transform((share) => Number.parseFloat(share) / 100)
      .prefault('5%'),
    within: within('How long a handshake may take.', '2s'),
    hold: duration({
      description: 'How long a silent and a talking connection are held; 0s leaves it out.',
      fromMs: 0,
      toMs: 60 * 60_000,
      fallback: '60s',
    }),
    echoes: whole({
      description: 'Echoes and pings that are measured; 0 leaves them out.',
      from: 0,
      to: 1_000,
      fallback: 100,
    }),
    message: anything(
      'What is sent as an echo; the answer must contain what {id} was replaced by. A text as it is, all else as JSON.',
      { type: 'echo', id: '{id}' },
    ).default({ type: 'echo', id: '{id}' }),
    latency: duration({
      description: 'How long an echo may take.',
      fromMs: 1,
      toMs: 60_000,
      fallback: '100ms',
    }),
    connections: whole({
      description: 'Connections at the same time; 0 leaves it out.',
      from: 0,
      to: 10_000,
      fallback: 100,
    }),
    affinity: z
      .boolean({ error: 'true or false' })
      .default(false)
      .meta({
        description: 'Whether a reconnect with the cookie must reach the same instance.',
        examples: [true],
      }),
  })
  .meta({ description: 'One WebSocket check.', examples: [{ path: '/ws', hold: '60s' }] });

const SHORT_EXPECTED = 'a path such as /health, or a mapping with one';

/** A path alone is short for a check of it with all defaults. */
const httpEntry = z
  .union(
    [
      path('Short for { path: … }.', '/health').transform((value) => httpCheck.parse({ path: value })),
      httpCheck,
    ],
    {
      error: SHORT_EXPECTED,
    },
  )
  .meta({ description: 'A path, or a check.', examples: ['/health'] });

const webSocketEntry = z
  .union(
    [
      path('Short for { path: … }.', '/ws').transform((value) => webSocketCheck.parse({ path: value })),
      webSocketCheck,
    ],
    {
      error: SHORT_EXPECTED,
    },
  )
  .meta({ description: 'A path, or a check.', examples: ['/ws'] });

const target = (description: string, fallback: string) =>
  duration({ description, fromMs: 1, toMs: 10 * 60_000, fallback });

const targets = z
  .strictObject({
    apiResponse: target('API response.', '100ms'),
    websocketLatency: target('WebSocket latency.', '50ms'),
    startup: target('Start-up.', '500ms'),
    messageProcessing: target('Message processing.', '200ms'),
    wholeRequest: target('Whole request.', '1s'),
  })
  .prefault({})
  .meta({
    description: 'What the median of each metric must stay under.',
    examples: [{ apiResponse: '100ms' }],
  });

const CA_EXPECTED = 'one or more certificates in PEM, at most 64 KiB';

const shared = {
  token: token.optional(),
  headers: headers('Headers of every request and handshake.'),
};

export const validation = z
  .strictObject({
    ...shared,
    private: z
      .boolean({ error: 'true or false' })
      .default(false)
      .meta({
        description:
          'Whether Cloud Run itself asks for an ID token; it goes into X-Serverless-Authorization.',
        examples: [true],
      }),
    cookies: text({
      description: 'Cookies of every request and handshake.',
      expected: 'name=value pairs, separated by "; "',
      pattern:
        /^(?=.{3,4096}$)[\w!#$%&'*+.^`|~-]+=[\x21-\x3a\x3c-\x7e]*(?:; [\w!#$%&'*+.^`|~-]+=[\x21-\x3a\x3c-\x7e]*)*$/,
      example: 'session=${env:E2E_SESSION}',
    }).optional(),
    ca: z
      .string({ error: CA_EXPECTED })
      .max(65_536, { error: CA_EXPECTED })
      .regex(/^\s*-----BEGIN CERTIFICATE-----[\w+/=\s-]+-----END CERTIFICATE-----\s*$/, {
        error: CA_EXPECTED,
      })
      .optional()
      .meta({
        description: 'An authority to trust beside the usual ones, in PEM.',
        examples: ['${env:STAGING_CA}'],
      }),
    http: z
      .array(httpEntry)
      .max(20)
      .default([])
      .meta({
        description: 'HTTP checks beside those of `health`, at most 20. The same path here says more of it.',
        examples: [['/health', { path: '/api/status', within: '500ms' }]],
      }),
    websocket: z
      .array(webSocketEntry)
      .max(10)
      .default([])
      .meta({
        description: 'WebSocket endpoints, at most 10.',
        examples: [['/ws', { path: '/websocket', hold: '0s' }]],
      }),
    journeys,
    targets,
  })
  .meta({
    description: 'What is proved of the service, over HTTP and WebSocket.',
    examples: [{ websocket: ['/ws'] }],
  });

/** What an environment may have of its own. */
export const environmentValidation = z.strictObject(shared).meta({
  description: 'What validation does otherwise here: another token, and headers over those of the service.',
  examples: [{ headers: { 'X-Test-Environment': 'staging' } }],
});

export type FileValidation = z.output<typeof validation>;
