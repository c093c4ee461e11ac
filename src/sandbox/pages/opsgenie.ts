import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { objectOf, type PageAction, type PageAnswer, type PageRequest, type Receiver } from './answer.ts';

// Fields and limits: https://docs.opsgenie.com/docs/alert-api#create-alert; answers: https://docs.opsgenie.com/docs/response
// That a field which is too long is refused, rather than cut, is an assumption: it finds what we send too long.
const alertSchema = z.object({
  message: z.string().min(1, 'Message can not be empty.').max(130),
  alias: z.string().max(512),
  description: z.string().max(15_000).optional(),
  details: z
    .record(z.string(), z.string())
    .refine((details) => Object.entries(details).flat().join('').length <= 8_000)
    .optional(),
  entity: z.string().max(512).optional(),
  source: z.string().max(100).optional(),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']).optional(),
});
const changeSchema = z.object({
  source: z.string().max(100).optional(),
  note: z.string().max(25_000).optional(),
});

const actions: Readonly<Record<string, PageAction>> = { acknowledge: 'acknowledge', close: 'resolve' };

const refused = (status: number, message: string, errors?: Readonly<Record<string, string>>): PageAnswer => ({
  status,
  body: { message, ...(errors === undefined ? {} : { errors }), took: 0.001, requestId: randomUUID() },
});

/** Opsgenie's Alert API v2, with one integration. */
export function opsgenieReceiver(apiKey: string): Receiver {
  return ({ path, query, headers, text }: PageRequest) => {
    if (headers.authorization !== `GenieKey ${apiKey}`) return refused(401, 'Could not authenticate');
    const [, alias, verb] = /^\/v2\/alerts(?:\/([^/]+)\/(acknowledge|close))?$/.exec(path) ?? [];
    const body = objectOf(text);
    if (body === undefined) return refused(400, 'Request body is not processable. Syntax error.');
    if (path === '/v2/alerts') return takenAs('trigger', undefined, body);
    const action = verb === undefined ? undefined : actions[verb];
    if (alias === undefined || action === undefined) return refused(404, 'No handler found');
    if (query.get('identifierType') !== 'alias') return refused(422, 'Only aliases are known here.');
    return takenAs(action, decodeURIComponent(alias), body);
  };
}

function takenAs(action: PageAction, alias: string | undefined, body: Readonly<Record<string, unknown>>) {
  const { error } = (action === 'trigger' ? alertSchema : changeSchema).safeParse(body);
  if (error !== undefined)
    return refused(
      422,
      'Request body is not processable. Please check the errors.',
      Object.fromEntries(error.issues.map(({ path, message }) => [path.join('.'), message])),
    );
  const key = alias ?? String(body['alias']);
  return {
    status: 202,
    body: { result: 'Request will be processed', took: 0.001, requestId: randomUUID() },
    taken: { action, key, body },
  };
}
