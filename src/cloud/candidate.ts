import type { Target } from '../domain/target.ts';
import type { RunService } from './service-view.ts';
import type { Stamp } from './stamp.ts';
import { wantedIngress, wantedTemplate, wishHash } from './template.ts';

export interface Candidate extends Stamp {
  readonly target: Target;
  readonly revision: string;
  readonly tag: string;
  readonly image: string;
  /** What somebody approved (`Planned.wish`): anything else is not written. Absent: nobody was asked. */
  readonly approved?: string | undefined;
}

/** `changed`: what would be written is not what was approved, so nothing was. */
export type Creation = 'made' | 'changed';

/** What the candidate makes of the service, its traffic aside. */
export function wishOf(now: RunService, candidate: Candidate) {
  const wanted = candidate.target.template;
  const template = wantedTemplate(now.template, { ...candidate, wanted });
  const opening = wantedIngress(wanted);
  return { service: { template, ...opening }, paths: ['template', ...Object.keys(opening)] };
}

export function isApproved(
  { template, ...ingress }: ReturnType<typeof wishOf>['service'],
  { approved }: Candidate,
): boolean {
  return approved === undefined || approved === wishHash(template, ingress);
}
