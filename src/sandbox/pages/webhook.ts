import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { PageRequest, Receiver } from './answer.ts';

const bodySchema = z.looseObject({
  type: z.enum(['alert.triggered', 'alert.acknowledged', 'alert.resolved']),
  timestamp: z.iso.datetime(),
  data: z.looseObject({ dedupKey: z.string() }),
});

const actions = {
  'alert.triggered': 'trigger',
  'alert.acknowledged': 'acknowledge',
  'alert.resolved': 'resolve',
} as const;

/** Somebody's receiver of Standard Webhooks, who believes nothing that is not signed. */
export function webhookReceiver(secret: string): Receiver {
  const verifier = new Webhook(secret);
  return ({ headers, text }: PageRequest) => {
    const id = String(headers['webhook-id']);
    try {
      verifier.verify(text, {
        'webhook-id': id,
        'webhook-timestamp': String(headers['webhook-timestamp']),
        'webhook-signature': String(headers['webhook-signature']),
      });
    } catch (error) {
      return { status: 401, body: { message: error instanceof Error ? error.message : 'not signed' } };
    }
    const { data: body } = bodySchema.safeParse(JSON.parse(text));
    if (body === undefined) return { status: 400, body: { message: 'not an event of an alert' } };
    return {
      status: 200,
      body: { message: 'taken' },
      taken: { action: actions[body.type], key: body.data.dedupKey, body, id },
    };
  };
}
