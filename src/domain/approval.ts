import { createHash } from 'node:crypto';
import type { Event, Shown } from './events.ts';
import { awaitsApproval, type Operation, operationLabel } from './operation.ts';
import { type Refusal, refusal } from './reasons.ts';
import type { ApprovalPolicy, Target } from './target.ts';

/** Binds a click to what was shown: the first 16 hex digits of the SHA-256 of it. */
export function fingerprintOf(shown: Shown): string {
  const text = JSON.stringify([
    shown.digest,
    shown.split,
    shown.template,
    shown.wish ?? '',
    shown.changes ?? [],
    shown.risks ?? [],
    ...(shown.each ?? []).map(({ wish }) => wish),
  ]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Milliseconds that an emergency's question stays open where no approval is configured. */
const bypassExpiresMs = 30 * 60_000;

/**
 * Whether and by whom a deploy must be approved. An emergency bypass needs a second person everywhere,
 * whatever the environment asks for; `by` is empty where no role names somebody, and then anybody else may.
 */
export function approvalPolicyOf(
  { approval, gates }: Pick<Target, 'approval' | 'gates'>,
  { bypass }: Pick<Operation['request'], 'bypass'>,
): ApprovalPolicy | undefined {
  if (bypass === undefined) return approval;
  const by = gates?.roles.approve ?? approval?.by ?? [];
  return { by, expiresMs: approval?.expiresMs ?? bypassExpiresMs, self: false };
}

export interface ApprovalClick {
  readonly kind: 'approved' | 'rejected';
  readonly by: string;
  readonly byName: string;
  /** The fingerprint the button carried. */
  readonly fingerprint: string;
  readonly at: number;
  /** Members of the approving groups, looked up at the click; `unknown` when Slack did not say. */
  readonly members: ReadonlySet<string> | 'unknown';
}

export type ClickDecision =
  | { readonly kind: 'accept'; readonly event: Event }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/** Decides whether a click on Approve or Reject counts. Pure: the same click decides the same again. */
export function decideClick(operation: Operation | undefined, click: ApprovalClick): ClickDecision {
  if (operation === undefined) return refuse('NOT_FOUND', 'This operation is not in the ledger.');
  const approval = operation.approval;
  const label = operationLabel(operation.id);
  if (approval === undefined) return refuse('APPROVAL_OVER', `${label} is not waiting for an approval.`);
  if (approval.decision !== undefined) {
    const verb = approval.decision.kind;
    return refuse('APPROVAL_OVER', `${label} was already ${verb} by ${approval.decision.byName}.`);
  }
  if (approval.expired || click.at >= approval.expiresAt)
    return refuse('APPROVAL_EXPIRED', `The approval of ${label} has expired.`);
  if (!awaitsApproval(operation)) return refuse('APPROVAL_OVER', `${label} has ended.`);
  if (click.fingerprint !== approval.fingerprint)
    return refuse('APPROVAL_OUTDATED', `This button of ${label} is out of date.`);
  return mayDecide(operation, click);
}

function mayDecide(operation: Operation, click: ApprovalClick): ClickDecision {
  const approval = operation.approval;
  const own = click.by === operation.request.by;
  // The requester may always take back what they asked for.
  const takesBack = own && click.kind === 'rejected';
  if (own && !takesBack && approval?.self !== true)
    return refuse('APPROVAL_SELF', `You asked for ${operationLabel(operation.id)} yourself.`);
  const named = approval?.by.includes(click.by) === true || approval?.by.length === 0;
  if (!named && !takesBack) {
    if (click.members === 'unknown')
      return refuse('APPROVERS_UNKNOWN', 'The approvers of this environment could not be looked up.');
    if (!click.members.has(click.by))
      return refuse('NOT_AN_APPROVER', `${operationLabel(operation.id)} needs one of its approvers.`);
  }
  const { kind: type, at, by, byName, fingerprint } = click;
  return { kind: 'accept', event: { type, at, by, byName, fingerprint } };
}

function refuse(code: Refusal['code'], summary: string): ClickDecision {
  return { kind: 'refuse', refusal: refusal(code, summary) };
}
