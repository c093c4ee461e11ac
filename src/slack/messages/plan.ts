import type { Change } from '../../domain/change.ts';
import type { Estimates } from '../../domain/usual.ts';
import type { GateDecision } from '../../domain/gate/snapshot.ts';
import { type StepName, stepTitles } from '../../domain/plan.ts';
import type { DeployRequest } from '../../domain/request/deploy.ts';
import type { Risk } from '../../domain/risk.ts';
import { changeList, riskLines } from './changes.ts';
import { longestText, section } from './draft.ts';
import { usualText } from './estimate.ts';
import { brief, clip, code, duration } from './mrkdwn.ts';
import type { PrivateAnswer } from './private.ts';

export interface PlannedService {
  readonly service: string;
  /** Who serves now, in words. */
  readonly serving: string;
  readonly changes: readonly Change[];
  readonly risks: readonly Risk[];
  readonly steps: readonly StepName[];
  /** How long such deploys took before. */
  readonly estimates?: Estimates | undefined;
  /** Services whose users are moved before its own, if they are deployed together. */
  readonly after: readonly string[];
}

export interface ShownPlan {
  readonly request: DeployRequest;
  readonly services: readonly PlannedService[];
  /** Undefined: the gates could not be asked. */
  readonly decision: GateDecision | undefined;
}

/** What a deploy would do, without doing it. */
export function planAnswer({ request, services, decision }: ShownPlan): PrivateAnswer {
  const names = services.map(({ service }) => service);
  const texts = [
    `*Plan* to deploy ${names.join(', ')} to ${request.environment}, ref ${code(request.ref)}. Nothing was started.`,
    ...services.map((planned) => serviceLines(planned, names).join('\n')),
    `*Gates* ${gatesText(decision)}`,
  ];
  return { text: clip(texts.join('\n'), longestText), blocks: texts.map(section) };
}

function serviceLines(planned: PlannedService, names: readonly string[]): readonly string[] {
  const { service, serving, changes, risks, steps, estimates } = planned;
  const after = planned.after.filter((name) => names.includes(name));
  return [
    ...(names.length > 1 ? [`*${service}*${after.length > 0 ? ` after ${after.join(' and ')}` : ''}`] : []),
    ...riskLines(risks),
    `*Serving now* ${brief(serving)}`,
    ...changeList(changes),
    `*Steps* ${steps.map((step) => stepText(step, estimates)).join(' → ')}`,
    ...(estimates?.whole === undefined ? [] : [`*Takes* ${usualText(estimates.whole)}`]),
  ];
}

/** `Build (2 m)`, where it is known. */
function stepText(step: StepName, estimates: Estimates | undefined): string {
  const usual = estimates?.steps[step];
  return usual === undefined ? stepTitles[step] : `${stepTitles[step]} (${duration(usual.median)})`;
}

function gatesText(decision: GateDecision | undefined): string {
  if (decision === undefined) return 'could not be asked.';
  const later = decision.notes.map(({ summary }) => brief(summary, 150));
  if (decision.kind === 'proceed') return ['open.', ...later].join(' ');
  const closed = decision.blocks.map(({ code: reason, summary }) => `${code(reason)} ${brief(summary, 150)}`);
  return [`closed: ${closed.join(' ')}`, ...later].join(' ');
}
