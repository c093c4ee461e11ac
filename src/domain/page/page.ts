import { z } from 'zod';

/** A way to wake a team. Secrets stand here and nowhere else: not in a page, a log, a message or the ledger. */
export type PageWay =
  /** Mentions these in the alert's thread: Slack user (`U…`) and user group (`S…`) ids. */
  | { readonly kind: 'slack'; readonly mention: readonly string[] }
  | { readonly kind: 'pagerduty'; readonly routingKey: string; readonly url: string }
  | { readonly kind: 'opsgenie'; readonly apiKey: string; readonly url: string }
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: string };

export type PageWayKind = PageWay['kind'];
export type PageWayOf<Kind extends PageWayKind> = Extract<PageWay, { kind: Kind }>;

/** Who is woken, by name, and how: all ways at once. */
export type Teams = Readonly<Record<string, readonly PageWay[]>>;

export const pageSchema = z.object({
  /** Names the alert: the same for its trigger, its acknowledgement and its resolution, so that nobody is woken twice. */
  dedupKey: z.string(),
  action: z.enum(['trigger', 'acknowledge', 'resolve']),
  team: z.string(),
  /** One line: what, where, how much. Not escaped. */
  summary: z.string(),
  /** `staging/backend` */
  source: z.string(),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  /** When it began, milliseconds since 1970. */
  at: z.number().int(),
  /** Facts, by their names. */
  details: z.record(z.string(), z.string()),
  links: z.array(z.object({ text: z.string(), url: z.string() })),
});
export type Page = z.infer<typeof pageSchema>;
