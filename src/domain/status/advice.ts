import type { Alert } from '../alert/alert.ts';
import { seenValue } from './looked.ts';
import type { ServiceStatus, Standing } from './standing.ts';

/** What to do next about an environment: the most pressing of all. */
export type Advice =
  /** An alert that nobody has taken. */
  | { readonly kind: 'acknowledge'; readonly service: string; readonly key: string }
  | { readonly kind: 'approve'; readonly operation: string }
  | { readonly kind: 'follow'; readonly operation: string }
  /** Somebody has it already. */
  | {
      readonly kind: 'taken';
      readonly service: string;
      readonly key: string;
      readonly byName: string | undefined;
    }
  | { readonly kind: 'diagnose'; readonly service: string }
  /** The prober sees nothing; what it looks like, the most frequent first. */
  | { readonly kind: 'blind'; readonly diagnoses: readonly string[] }
  /** Something could not be read; one of the reasons. */
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'failed'; readonly operation: string }
  | { readonly kind: 'create'; readonly service: string }
  | { readonly kind: 'locked' }
  | { readonly kind: 'frozen' }
  | { readonly kind: 'measure'; readonly service: string }
  | { readonly kind: 'nothing' };

/** The first that applies, most pressing first. */
export function adviceFor({ lock, freezes, sight, services }: Standing): Advice {
  const found = [
    each(services, untaken),
    each(services, underWay),
    each(services, taken),
    each(services, unhealthy),
    blind(sight),
    each(services, unread) ??
      [lock, sight].flatMap((read) =>
        read.kind === 'unknown' ? [{ kind: 'again' as const, why: read.why }] : [],
      )[0],
    each(services, failed),
    each(services, absent),
    seenValue(lock) === undefined ? undefined : { kind: 'locked' as const },
    freezes.length === 0 ? undefined : { kind: 'frozen' as const },
    each(services, unmeasured),
  ];
  return found.find((advice) => advice !== undefined) ?? { kind: 'nothing' };
}

function blind(sight: Standing['sight']): Advice | undefined {
  const now = seenValue(sight);
  return now && { kind: 'blind', diagnoses: now.diagnoses };
}

type Look = (service: ServiceStatus) => Advice | undefined;

function each(services: readonly ServiceStatus[], look: Look): Advice | undefined {
  return services.map(look).find((advice) => advice !== undefined);
}

/** Those that do more than say what they would have done. */
function serious(alerts: ServiceStatus['alerts']): readonly Alert[] {
  return (seenValue(alerts) ?? []).filter(({ dryRun }) => !dryRun);
}

const untaken: Look = ({ service, alerts }) => {
  const alert = serious(alerts).find(({ phase }) => phase === 'firing');
  return alert && { kind: 'acknowledge', service, key: alert.key };
};

const taken: Look = ({ service, alerts }) => {
  const [alert] = serious(alerts);
  return (
    alert && { kind: 'taken', service, key: alert.key, byName: (alert.snoozed ?? alert.acknowledged)?.byName }
  );
};

const underWay: Look = ({ operation }) => {
  const last = seenValue(operation);
  if (last === undefined || last.phase === 'finished') return undefined;
  return { kind: last.awaitsApproval ? 'approve' : 'follow', operation: last.id };
};

const unhealthy: Look = ({ service, health }) =>
  health.verdict === 'unhealthy' ? { kind: 'diagnose', service } : undefined;

const unread: Look = ({ split, operation, alerts }) => {
  const unknown = [split, operation, alerts].find(({ kind }) => kind === 'unknown');
  return unknown?.kind === 'unknown' ? { kind: 'again', why: unknown.why } : undefined;
};

const failed: Look = ({ operation }) => {
  const last = seenValue(operation);
  return last !== undefined && (last.outcome === 'failed' || last.outcome === 'rolled-back')
    ? { kind: 'failed', operation: last.id }
    : undefined;
};

const absent: Look = ({ service, split }) =>
  split.kind === 'seen' && split.value === undefined ? { kind: 'create', service } : undefined;

const unmeasured: Look = ({ service, health }) =>
  health.verdict === 'unknown' ? { kind: 'measure', service } : undefined;
