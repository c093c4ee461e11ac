import type { KnownBlock } from '@slack/types';
import type { GateBlock, GateDecision } from '../../domain/gate.ts';
import { reasons } from '../../domain/reasons.ts';
import type { DeployRequest } from '../../domain/request/deploy.ts';
import type { ApprovalPolicy } from '../../domain/target.ts';
import { section } from './draft.ts';
import { gateButtons } from './gate-buttons.ts';
import { brief, code, dateText, escape, mention } from './mrkdwn.ts';
import type { PrivateAnswer } from './private.ts';

/** All gates that are closed, who opens them, and the buttons that do. */
export function gateRefused(blocks: readonly GateBlock[], request?: DeployRequest): PrivateAnswer {
  const lines = blocks.flatMap(blockLines);
  return answerOf(['*Not now.* Nothing was started.', ...lines], gateButtons(blocks, request));
}

/** What the same command would meet, without doing anything. */
export function canIAnswer(
  { decision, approval }: { readonly decision: GateDecision; readonly approval?: ApprovalPolicy | undefined },
  request: DeployRequest,
): PrivateAnswer {
  const what = `deploy ${request.service} to ${request.environment}, ref ${code(request.ref)}`;
  const asked =
    approval === undefined
      ? 'No approval is asked.'
      : `Then an approval is asked of ${approval.by.map(mention).join(' or ')}.`;
  const notes = decision.notes.map(({ summary }) => `• ${brief(summary)}`);
  if (decision.kind === 'proceed') return answerOf([`*Yes*, you can ${what}.`, ...notes, asked], []);
  const blocks = decision.blocks.flatMap(blockLines);
  return answerOf(
    [`*No*, you cannot ${what} now.`, ...blocks, ...notes, asked],
    gateButtons(decision.blocks, request),
  );
}

function blockLines({ code: reason, summary, until, clearedBy }: GateBlock): readonly string[] {
  const { people, how } = clearedBy;
  const who = people === 'anybody' ? 'Anybody' : people.map(mention).join(' or ');
  const ends = until === undefined ? '' : ` Until ${dateText(until)}.`;
  return [
    `• ${brief(summary, 500)} ${code(reason)}${ends}`,
    `   ${reasons[reason].meaning} ${who} may ${escape(how)}.`,
  ];
}

function answerOf(lines: readonly string[], buttons: readonly KnownBlock[]): PrivateAnswer {
  const text = lines.join('\n');
  return { text, blocks: [section(text), ...buttons] };
}
