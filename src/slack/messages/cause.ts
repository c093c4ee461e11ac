import { type Origin, originText } from '../../domain/cause/origin.ts';
import { brief, code } from './mrkdwn.ts';

/** What the log says it was, where, in which revision, and what that changed; nothing where it is not known. */
export function causeLines({
  cause,
  origin = {},
}: {
  readonly cause?: string | undefined;
  readonly origin?: Origin | undefined;
}): readonly string[] {
  if (cause === undefined) return [];
  const { at, means } = origin;
  const where = originText(origin);
  return [
    `*Cause* ${code(cause)}${at === undefined ? '' : ` at ${code(at, 200)}`}${where === '' ? '' : `, ${brief(where, 400)}`}`,
    ...(means === undefined ? [] : [`*Known cause* ${brief(means)}`]),
  ];
}
