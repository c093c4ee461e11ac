import { z } from 'zod';
import { objectOf, type PageAnswer, type PageRequest, type Receiver } from './answer.ts';

// Fields, limits and answers: https://developer.pagerduty.com/docs/send-alert-event and
// https://github.com/PagerDuty/api-schema/blob/main/reference/events-v2/openapiv3.json
const eventSchema = z.object({
  routing_key: z.string().length(32, "Length of 'routing_key' is incorrect (should be 32 characters)"),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve'], "'event_action' is invalid"),
  dedup_key: z.string().max(255, "Length of 'dedup_key' is incorrect").optional(),
  links: z.array(z.object({ href: z.url("'links' is invalid"), text: z.string().optional() })).optional(),
  payload: z
    .object({
      summary: z.string().min(1).max(1024, "Length of 'payload.summary' is incorrect"),
      source: z.string().min(1, "'payload.source' is missing or blank"),
      severity: z.enum(['critical', 'error', 'warning', 'info'], "'payload.severity' is invalid"),
      timestamp: z.iso.datetime("'payload.timestamp' is invalid").optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});

const refused = (status: string, message: string, errors: readonly string[]): PageAnswer => ({
  status: 400,
  body: { status, message, errors },
});
const invalid = (...errors: string[]) => refused('invalid event', 'Event object is invalid', errors);

/** PagerDuty's Events API v2, with one integration. */
export function pagerDutyReceiver(routingKey: string): Receiver {
  return ({ path, text }: PageRequest) => {
    if (path !== '/v2/enqueue') return { status: 404, body: { status: 'not found', message: 'Not Found' } };
    const body = objectOf(text);
    if (body === undefined)
      return refused('Unrecognized object', 'Event object format is unrecognized', ['JSON parse error']);
    const { data: event, error } = eventSchema.safeParse(body);
    if (event === undefined) return invalid(...error.issues.map(({ message }) => message));
    const { event_action: action, dedup_key: key } = event;
    if (action === 'trigger' && event.payload === undefined) return invalid("'payload' is missing or blank");
    if (key === undefined) return invalid("'dedup_key' is missing or blank");
    // How PagerDuty words a key that nobody has is an assumption.
    if (event.routing_key !== routingKey) return invalid("'routing_key' is not known");
    return {
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: key },
      taken: { action, key, body },
    };
  };
}
