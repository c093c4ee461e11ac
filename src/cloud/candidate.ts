import type { Target } from '../domain/target.ts';
import { wantedIngress } from './ingress.ts';
import type { RunService, ServiceView } from './service-view.ts';
import type { Stamp } from './stamp.ts';
import { wantedTemplate, wishHash } from './template.ts';

export interface Candidate extends Omit<Stamp, 'from'> {
  readonly target: Target;
  readonly revision: string;
  readonly tag: string;
  readonly image: string;
  /** What somebody approved (`Planned.wish`): anything else is not written. Absent: nobody was asked. */
  readonly approved?: string | undefined;
}

/** `changed`: what would be written is not what was approved, so nothing was. */
export type Creation = 'made' | 'changed';

/** What a deploy makes of the service, its traffic aside; without a service, of a new one. */
export function wishOf(
  now: Pick<ServiceView, 'raw' | 'carries'> | undefined,
  candidate: Candidate,
): Pick<RunService, 'template' | 'ingress'> {
  const { template: wanted } = candidate.target;
  const template = wantedTemplate(now?.raw.template, { ...candidate, from: now?.carries, wanted });
  return { template, ...wantedIngress(wanted) };
}

export function isApproved(
  { template, ...ingress }: ReturnType<typeof wishOf>,
  { approved }: Candidate,
): boolean {
  return approved === undefined || approved === wishHash(template ?? {}, ingress);
}
