import type { KnownBlock } from '@slack/types';
import type { GateBlock, GateDecision } from '../../domain/gate/snapshot.ts';
import { reasons } from '../../domain/reasons.ts';
import type { DeployRequest } from '../../domain/request/deploy.ts';
import type { ApprovalPolicy } from '../../domain/target.ts';
import { longestText, section } from './draft.ts';
import { gateButtons } from './gate-buttons.ts';
import { brief, code, dateText, escape, mention } from './mrkdwn.ts';
import type { PrivateAnswer } from './private.ts';

/** Slack's limit of 50 blocks, less the head, the notes and the buttons. */
const mostShown = 40;

/** All gates that are closed, who opens them, and the buttons that do. */
export function gateRefused(blocks: readonly GateBlock[], request?: DeployRequest): PrivateAnswer {
  const parts = ['*Not now.* Nothing was started.', ...blocks.map(blockText)];
  return answerOf(parts, gateButtons(blocks, request));
}

/** What the same command would meet, without doing anything. */
export function canIAnswer(
  { decision, approval }: { readonly decision: GateDecision; readonly approval?: ApprovalPolicy | undefined },
  request: DeployRequest,
): PrivateAnswer {
  const what = `deploy ${request.services.join(', ')} to ${request.environment}, ref ${code(request.ref)}`;
  const asked =
    approval === undefined
      ? 'No approval is asked.'
      : `Then an approval is asked of ${approval.by.map(mention).join(' or ')}.`;
  const ends = [...decision.notes.map(({ summary }) => `• ${brief(summary)}`), asked].join('\n');
  if (decision.kind === 'proceed') return answerOf([`*Yes*, you can ${what}.`, ends], []);
  const parts = [`*No*, you cannot ${what} now.`, ...decision.blocks.map(blockText), ends];
  return answerOf(parts, gateButtons(decision.blocks, request));
}

function blockText({ code: reason, summary, until, clearedBy }: GateBlock): string {
  const { people, how } = clearedBy;
  const who = people === 'anybody' ? 'Anybody' : people.map(mention).join(' or ');
  const ends = until === undefined ? '' : ` Until ${dateText(until)}.`;
  return [
    `• ${brief(summary, 500)} ${code(reason)}${ends}`,
    `${reasons[reason].meaning} ${who} may ${escape(how)}.`,
  ].join('\n');
}

function answerOf(parts: readonly string[], buttons: readonly KnownBlock[]): PrivateAnswer {
  const shown = parts.slice(0, mostShown);
  let text = '';
  // Whole parts only: half a mention or date would be shown as it is written.
  for (const part of shown) if (text.length + part.length < longestText) text += `${part}\n`;
  return { text: text.trimEnd(), blocks: [...shown.map(section), ...buttons] };
}
