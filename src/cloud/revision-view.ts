import type { protos } from '@google-cloud/run';
import type { Deployed } from '../domain/change.ts';
import { deployedOf } from './deployed.ts';
import { type RunService, shortName, stateOf } from './service-view.ts';
import { type Stamp, stampOf } from './stamp.ts';

export type RunRevision = protos.google.cloud.run.v2.IRevision;

/** What slipway needs to know of a Cloud Run revision. */
export interface RevisionView {
  readonly revision: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly state: 'ready' | 'failed' | 'starting';
  /** E-mail address; `''` when Cloud Run does not say. */
  readonly creator: string;
  /** Absent: slipway has not made it. */
  readonly stamp: Stamp | undefined;
  readonly deployed: Deployed;
}

/** The ingress is no matter of a revision: it is the same for all of a service. */
export function viewRevision(raw: RunRevision, ingress?: RunService['ingress']): RevisionView {
  const revision = shortName(raw.name);
  const ready = stateOf(raw.conditions?.find(({ type }) => type === 'Ready'));
  return {
    revision,
    createdAt: Number(raw.createTime?.seconds ?? 0) * 1_000,
    state: ready === 'CONDITION_SUCCEEDED' ? 'ready' : ready === 'CONDITION_FAILED' ? 'failed' : 'starting',
    creator: raw.creator ?? '',
    stamp: stampOf(revision, raw.annotations),
    deployed: deployedOf(raw, ingress),
  };
}
