import type { Operation } from '../../../domain/operation.ts';
import { type Draft, draft } from '../draft.ts';
import { code, link, shortDigest } from '../mrkdwn.ts';
import { took } from './took.ts';

export function buildReply(operation: Operation): Draft | undefined {
  const result = operation.results.build;
  if (result === undefined) return undefined;
  if (operation.request.image !== undefined)
    return draft({
      key: 'build',
      lines: [`*Image* ${code(result.image)} is there already: nothing was built`],
    });
  return draft({
    key: 'build',
    lines: [
      `*Built* ${code(operation.request.ref)} in ${took(operation, 'build')}: image ${code(shortDigest(result.digest))}`,
      result.logUrl === undefined ? '' : link(result.logUrl, 'Build log'),
    ],
  });
}
