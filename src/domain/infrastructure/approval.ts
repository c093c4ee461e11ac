import type { Change } from '../change.ts';
import type { Shown } from '../events.ts';
import type { ApprovalPolicy, Target } from '../target.ts';
import type { InfrastructurePlan, ResourceChange } from './plan.ts';

/** Milliseconds that the question stays open where no approval is configured. */
const expiresMs = 30 * 60_000;
/** As many as are shown before a click, with what they change. */
const mostShown = 60;

export type ApprovalNeed =
  | { readonly kind: 'ask'; readonly policy: ApprovalPolicy }
  /** Why nobody has to say yes. */
  | { readonly kind: 'skip'; readonly why: string };

/** Whether somebody must say yes to this plan, and who. Pure. */
export function approvalNeed(
  { approval, gates, infrastructure }: Pick<Target, 'approval' | 'gates' | 'infrastructure'>,
  plan: InfrastructurePlan,
): ApprovalNeed {
  if (plan.empty === true) return { kind: 'skip', why: 'there is nothing to change' };
  const rule = infrastructure?.approval;
  if (rule === 'never') return { kind: 'skip', why: 'this environment asks for none' };
  const asks = rule === 'always' || (rule === undefined && approval !== undefined);
  if (!asks && plan.counts.destroy === 0) return { kind: 'skip', why: 'nothing is destroyed' };
  const by = approval?.by ?? gates?.roles.approve ?? [];
  return { kind: 'ask', policy: approval ?? { by, expiresMs, self: false } };
}

/** What an approver sees and agrees to. */
export function shownOf(plan: InfrastructurePlan): Shown {
  return {
    of: 'infrastructure',
    digest: plan.digest,
    split: countsText(plan.counts),
    template: plan.commit ?? '',
    // Nobody must overlook what is destroyed, however much is changed.
    changes: [...plan.changes.filter(isDestroyed), ...plan.changes.filter((each) => !isDestroyed(each))]
      .slice(0, mostShown)
      .flatMap(changesOf),
  };
}

export function isDestroyed({ action }: ResourceChange): boolean {
  return action === 'destroy' || action === 'replace';
}

/** `2 to add, 1 to change, 0 to destroy` */
export function countsText({ add, change, destroy }: InfrastructurePlan['counts']): string {
  return `${add} to add, ${change} to change, ${destroy} to destroy`;
}

const verbs = {
  create: 'created',
  update: 'changed',
  replace: 'DESTROYED and created anew',
  destroy: 'DESTROYED',
  read: 'read',
  forget: 'left alone from now on',
} as const satisfies Record<ResourceChange['action'], string>;

/** In words, since colour says nothing to many. */
export function actionText({ action, drifted }: Pick<ResourceChange, 'action' | 'drifted'>): string {
  return `${verbs[action]}${drifted ? ' (changed by hand since)' : ''}`;
}

/** A line for the resource, and one for each attribute of one that stays. */
function changesOf(resource: ResourceChange): readonly Change[] {
  const { address, action, attributes } = resource;
  const head = { field: address, after: actionText(resource) };
  if (action !== 'update' && action !== 'replace') return [head];
  const told = attributes.filter(({ after }) => action === 'update' || after !== '(known after apply)');
  return [
    head,
    ...told.map(({ path, before, after, sensitive }) => {
      const field = `${address} ${path}`;
      if (sensitive) return { field, after: 'another value, which is secret' };
      return { field, before: before ?? 'none', after: after ?? 'none' };
    }),
  ];
}
