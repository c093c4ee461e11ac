import { fingerprintOf } from '../src/domain/approval.ts';
import type { Shown } from '../src/domain/events.ts';
import type { ApprovalPolicy } from '../src/domain/target.ts';
import type { Failed } from './drift.ts';
import { failed, type StepContext } from './step.ts';

export interface Question {
  readonly shown: Shown;
  /** Called when it is asked: who may answer. */
  readonly policy: () => ApprovalPolicy;
}

type Answer =
  | { readonly kind: 'approved'; readonly by: string }
  | { readonly kind: 'waiting'; readonly until: number }
  | Failed;

/** What has been answered for good, whatever would be asked now. */
export function refusedApproval({
  operation: { approval: asked },
}: Pick<StepContext, 'operation'>): Failed | undefined {
  if (asked?.decision?.kind === 'rejected')
    return failed('REJECTED', { summary: `${asked.decision.byName} rejected it.` });
  if (asked?.expired === true) return failed('APPROVAL_EXPIRED', { summary: 'Nobody approved in time.' });
  return undefined;
}

/**
 * Asks people, or looks whether they have answered. Twice is safe: what was asked and decided is in the ledger, and it
 * is asked again only when something else is shown.
 */
export async function askApproval({ shown, policy }: Question, context: StepContext): Promise<Answer> {
  const { now, operation } = context;
  const asked = operation.approval;
  const fingerprint = fingerprintOf(shown);
  if (asked?.fingerprint === fingerprint) {
    if (asked.decision !== undefined) return { kind: 'approved', by: asked.decision.byName };
    if (now() < asked.expiresAt) return { kind: 'waiting', until: asked.expiresAt };
    await context.append({ type: 'approval-expired', at: now() });
    // Looks again at once: a click may have been first.
    return { kind: 'waiting', until: now() };
  }
  const { by, self, expiresMs } = policy();
  const expiresAt = now() + expiresMs;
  await context.append({
    type: 'approval-requested',
    at: now(),
    shown,
    fingerprint,
    by: [...by],
    self,
    expiresAt,
  });
  return { kind: 'waiting', until: expiresAt };
}
