import type { Told } from '../../domain/issue/told.ts';
import { resolutionOf } from '../../domain/issue/resolution.ts';
import type { Operation } from '../../domain/operation.ts';
import { brief, code, link } from './mrkdwn.ts';

/** What is known of the issue that an operation is about. */
export interface IssueFacts {
  /** Absent: no repository on GitHub is known. */
  readonly url?: string | undefined;
  /** What became of its comment. Absent: nothing was owed, or it is not over. */
  readonly told?: Told | undefined;
}

/** `#128` as a link where it is known to what; undefined where the operation is about none. */
export function issueLink({ request }: Operation, facts: IssueFacts | undefined): string | undefined {
  if (request.issue === undefined) return undefined;
  const name = `#${request.issue}`;
  return facts?.url === undefined ? name : link(facts.url, name);
}

/** The issue, whether it is shown to be resolved, and what became of the comment there. */
export function issueLines(operation: Operation, facts: IssueFacts | undefined): readonly string[] {
  const name = issueLink(operation, facts);
  if (name === undefined) return [];
  const { kind, why } = resolutionOf(operation);
  const words = {
    resolved: 'resolved',
    'not-resolved': 'not resolved',
    undecided: 'not shown to be resolved',
  };
  return [`*Issue* ${name} ${words[kind]}: ${brief(why)}`, ...commentLines(operation, facts?.told)];
}

function commentLines({ request: { issue = 0 } }: Operation, told: Told | undefined): readonly string[] {
  const name = `#${issue}`;
  const why = told?.reason === undefined ? '' : brief(told.reason);
  switch (told?.kind) {
    case undefined:
      return [];
    case 'told': {
      const comment =
        told.url === undefined ? `Commented on ${name}` : link(told.url, `Commented on ${name}`);
      return [`${comment}${told.closed === true ? ' and closed it' : ''}${why === '' ? '' : `; ${why}`}`];
    }
    case 'owed':
      return why === '' ? [] : [`Not commented on ${name} yet: ${why}. slipway tries again.`];
    case 'refused':
      return [`Not commented on ${name}: ${why} ${code('ISSUE_NOT_TOLD')}`];
  }
}
