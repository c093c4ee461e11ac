import { operationLabel } from '../../domain/operation.ts';
import type { Quarantined } from '../../domain/quarantine.ts';
import { brief, code, shortDigest } from './mrkdwn.ts';
import { noted, type PrivateAnswer } from './private.ts';

/** The channels are told that an image which was taken back from users may be deployed again. */
export function liftedNotice(
  { service, digest, operation, reason: cause }: Quarantined,
  { byName, reason }: { readonly byName: string; readonly reason: string },
): PrivateAnswer {
  const image = `${code(shortDigest(digest))} of ${brief(service)}`;
  return noted(
    `*Quarantine lifted* by ${brief(byName)}: “${brief(reason)}”\nThe image ${image} may be deployed again; ${brief(operationLabel(operation))} had taken it back from users: ${brief(cause)}`,
  );
}
