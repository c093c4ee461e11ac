import type { Change } from '../../domain/change.ts';
import type { GateDecision } from '../../domain/gate/snapshot.ts';
import { type StepName, stepTitles } from '../../domain/plan.ts';
import type { DeployRequest } from '../../domain/request/deploy.ts';
import type { Risk } from '../../domain/risk.ts';
import { changeList, riskLines } from './changes.ts';
import { section } from './draft.ts';
import { brief, clip, code } from './mrkdwn.ts';
import type { PrivateAnswer } from './private.ts';

export interface ShownPlan {
  readonly request: DeployRequest;
  /** Who serves now, in words. */
  readonly serving: string;
  readonly changes: readonly Change[];
  readonly risks: readonly Risk[];
  /** Undefined: the gates could not be asked. */
  readonly decision: GateDecision | undefined;
  readonly steps: readonly StepName[];
}

/** What a deploy would do, without doing it. */
export function planAnswer(plan: ShownPlan): PrivateAnswer {
  const { request, serving, changes, risks, decision, steps } = plan;
  const { service, environment, ref } = request;
  const lines = [
    `*Plan* to deploy ${service} to ${environment}, ref ${code(ref)}. Nothing was started.`,
    ...riskLines(risks),
    `*Serving now* ${brief(serving)}`,
    ...changeList(changes),
    `*Steps* ${steps.map((step) => stepTitles[step]).join(' → ')}`,
    `*Gates* ${gatesText(decision)}`,
  ];
  const text = clip(lines.join('\n'), 4_000);
  return { text, blocks: [section(text)] };
}

function gatesText(decision: GateDecision | undefined): string {
  if (decision === undefined) return 'could not be asked.';
  const later = decision.notes.map(({ summary }) => brief(summary, 150));
  if (decision.kind === 'proceed') return ['open.', ...later].join(' ');
  const closed = decision.blocks.map(({ code: reason, summary }) => `${code(reason)} ${brief(summary, 150)}`);
  return [`closed: ${closed.join(' ')}`, ...later].join(' ');
}
