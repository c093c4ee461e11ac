import { createHash } from 'node:crypto';
import type { protos } from '@google-cloud/run';
import type { Split } from '../domain/results.ts';
import { enumName } from './enum-name.ts';
import { ingressOf } from './ingress.ts';
import { allocationTypes, commonReasons, conditionStates, revisionReasons } from './enums.ts';

export type RunService = protos.google.cloud.run.v2.IService;
export type TrafficTarget = protos.google.cloud.run.v2.ITrafficTarget;
type RunCondition = protos.google.cloud.run.v2.ICondition;

export interface Tag {
  readonly tag: string;
  readonly revision: string;
  readonly url: string;
}

/** What slipway needs to know of a Cloud Run service, read from one GetService. */
export interface ServiceView {
  readonly raw: RunService;
  readonly url: string;
  /** True when Cloud Run has done, or given up, what was asked of it last. */
  readonly settled: boolean;
  /** Why Cloud Run gave up, in its own words. */
  readonly problem: string | undefined;
  /** Who serves users now, from `trafficStatuses`: what was asked for may not have come true. */
  readonly serving: Split;
  readonly tags: readonly Tag[];
  readonly image: string | undefined;
  /** Cloud Run cuts requests and WebSockets at this age. */
  readonly requestTimeoutMs: number | undefined;
  /** Hash of the template without its revision name: changes when anybody changes what is deployed. */
  readonly template: string;
  /** The revision whose template the service has: what the next change begins from. Empty: none was made yet. */
  readonly carries: string;
  /** Where requests may come from, in our word or Cloud Run's own. */
  readonly ingress: string | undefined;
  /** E-mail address of who changed it last. */
  readonly modifier: string | undefined;
}

export function viewService(raw: RunService): ServiceView {
  const statuses = raw.trafficStatuses ?? [];
  const latest = shortName(raw.latestReadyRevision);
  const revisionOf = (revision: string | null | undefined) => shortName(revision) || latest;
  return {
    raw,
    url: raw.uri ?? '',
    settled: raw.reconciling !== true && String(raw.generation) === String(raw.observedGeneration),
    problem: problemOf(raw.terminalCondition),
    serving: servingOf(
      statuses.map((status) => ({ revision: revisionOf(status.revision), percent: status.percent ?? 0 })),
      latest,
    ),
    tags: statuses.flatMap(({ tag, revision, uri }) =>
      tag ? [{ tag, revision: revisionOf(revision), url: uri ?? '' }] : [],
    ),
    image: raw.template?.containers?.[0]?.image ?? undefined,
    requestTimeoutMs: raw.template?.timeout?.seconds
      ? Number(raw.template.timeout.seconds) * 1000
      : undefined,
    template: hashOf({ ...raw.template, revision: '' }),
    // A template without a name has made the newest revision, and Cloud Run has named that.
    carries: raw.template?.revision || shortName(raw.latestCreatedRevision),
    ingress: ingressOf(raw.ingress),
    modifier: raw.lastModifier || undefined,
  };
}

/**
 * One entry a revision: a revision may stand under LATEST, under its name and under tags at once.
 * No entries mean what they mean in the API: all to the latest ready revision, if there is one.
 */
function servingOf(entries: Split, latest: string): Split {
  if (entries.length === 0) return latest === '' ? [] : [{ revision: latest, percent: 100 }];
  const percents = new Map<string, number>();
  for (const { revision, percent } of entries)
    percents.set(revision, (percents.get(revision) ?? 0) + percent);
  return (
    [...percents]
      .filter(([revision, percent]) => revision !== '' && percent > 0)
      .map(([revision, percent]) => ({ revision, percent }))
      // The API promises no order, and an approval is bound to what this says.
      .toSorted((a, b) => b.percent - a.percent || (a.revision < b.revision ? -1 : 1))
  );
}

/** `…/revisions/backend-00136-xyz` → `backend-00136-xyz`; traffic entries carry the short name already. */
export function shortName(name: string | null | undefined): string {
  return name?.split('/').at(-1) ?? '';
}

/** The reason code and message of a failed condition. */
export function problemOf(condition: RunCondition | null | undefined): string | undefined {
  if (stateOf(condition) !== 'CONDITION_FAILED') return undefined;
  const reason = [
    enumName(revisionReasons, condition?.revisionReason),
    enumName(commonReasons, condition?.reason),
  ].find((name) => name !== '' && !name.endsWith('UNDEFINED'));
  const message = condition?.message ?? '';
  return (
    [reason, message].filter((part) => part !== undefined && part !== '').join(': ') || 'no reason given'
  );
}

export function stateOf(condition: RunCondition | null | undefined): string {
  return enumName(conditionStates, condition?.state);
}

export function isLatest(target: TrafficTarget): boolean {
  return enumName(allocationTypes, target.type).endsWith('_LATEST');
}

export function hashOf(value: unknown): string {
  return createHash('sha256').update(stableJson(value)).digest('hex').slice(0, 16);
}

export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
