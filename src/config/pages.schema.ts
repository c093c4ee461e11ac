import { z } from 'zod';
import { text } from './fields.ts';
import { person } from './gates.schema.ts';
import { secret } from './validation/fields.ts';

/** `https://`, or `http://` to this machine; no user, password, query or fragment. */
const HOST = String.raw`(?:https:\/\/[\w.-]+(?::\d{1,5})?|http:\/\/(?:127(?:\.\d+){3}|\[::1\]|localhost)(?::\d{1,5})?)`;
const ADDRESS = new RegExp(`^${HOST}(?:\\/[\\w.~!$&'()*+,;=:@%/-]{0,1000})?$`);
const ADDRESS_EXPECTED = 'https:// and a host (http:// only to this machine)';
/** A receiver may want a key in its address. */
const WITH_QUERY = new RegExp(`${ADDRESS.source.slice(0, -1)}(?:\\?[\\w.~!$&'()*+,;=:@%/?-]{0,1000})?$`);

const address = (description: string, example: string) =>
  text({ description, expected: ADDRESS_EXPECTED, pattern: ADDRESS, example });

/** A variable whose value has a shape that is known. */
const shaped = ({ shape, expected, ...field }: SecretField) =>
  secret(field.description, field.variable).refine((value) => shape.test(value), { error: expected });

interface SecretField {
  readonly description: string;
  readonly variable: string;
  readonly shape: RegExp;
  /** Fits after "expected". */
  readonly expected: string;
}

// https://developer.pagerduty.com/docs/send-alert-event: "the 32 character Integration Key".
const routingKey = shaped({
  description: 'Integration key of an Events API v2 integration.',
  variable: 'PAGERDUTY_KEY',
  shape: /^[A-Za-z0-9]{32}$/,
  expected: 'a variable that holds an integration key of 32 letters and digits',
});

const pagerduty = z
  .union(
    [
      routingKey,
      z
        .strictObject({
          key: routingKey,
          url: address(
            'Where events are sent to. Default: https://events.pagerduty.com/v2/enqueue.',
            'https://events.eu.pagerduty.com/v2/enqueue',
          ).optional(),
        })
        .meta({ description: 'Key and address.', examples: [{ key: '${env:PAGERDUTY_KEY}' }] }),
    ],
    { error: 'a mapping with a key, or ${env:NAME} with one' },
  )
  .meta({ description: 'A service of PagerDuty.', examples: ['${env:PAGERDUTY_KEY}'] });

const REGION_EXPECTED = 'one of us, eu';

const opsgenie = z
  .strictObject({
    key: shaped({
      description: 'API key of an API integration.',
      variable: 'OPSGENIE_KEY',
      shape: /^[\x21-\x7e]{1,200}$/,
      expected: 'a variable that holds an API key without white space',
    }),
    region: z
      .enum(['us', 'eu'], { error: REGION_EXPECTED })
      .optional()
      .meta({ description: 'Where the account is. Default: us.', examples: ['eu'] }),
    url: address('Where the API is, instead of a region.', 'https://api.eu.opsgenie.com').optional(),
  })
  .meta({
    description: 'An integration of Opsgenie.',
    examples: [{ key: '${env:OPSGENIE_KEY}', region: 'eu' }],
  });

const webhook = z
  .strictObject({
    url: text({
      description: 'Where events are posted to.',
      expected: ADDRESS_EXPECTED,
      pattern: WITH_QUERY,
      example: 'https://hooks.example.com/slipway',
    }),
    // 24 to 64 bytes: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
    secret: shaped({
      description: 'What events are signed with.',
      variable: 'PAGE_WEBHOOK_SECRET',
      shape:
        /^(?:whsec_)?(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$/,
      expected: 'a variable that holds whsec_ and 24 to 64 bytes in base64',
    }),
  })
  .meta({
    description: 'A receiver of Standard Webhooks.',
    examples: [{ url: 'https://hooks.example.com/slipway', secret: '${env:PAGE_WEBHOOK_SECRET}' }],
  });

const team = z
  .strictObject({
    slack: z
      .array(person)
      .min(1)
      .optional()
      .meta({ description: "Who is mentioned in the alert's thread.", examples: [['S0APPROVERS']] }),
    pagerduty: pagerduty.optional(),
    opsgenie: opsgenie.optional(),
    webhook: webhook.optional(),
  })
  .meta({
    minProperties: 1,
    description: 'How a team is woken: all ways at once.',
    examples: [{ slack: ['S0APPROVERS'] }],
  });

/** Who is woken, and how. */
export const pages = z.record(z.string(), team).default({});

export type FilePages = z.output<typeof pages>;
