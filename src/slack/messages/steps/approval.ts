import {
  type ApprovalState,
  awaitsApproval,
  type Operation,
  operationLabel,
  titleOf,
} from '../../../domain/operation.ts';
import { changeList, riskLines } from '../changes.ts';
import { type Draft, draft } from '../draft.ts';
import { brief, code, dateText, mention } from '../mrkdwn.ts';

export function approvalReply(operation: Operation): Draft | undefined {
  const approval = operation.approval;
  if (approval === undefined) return undefined;
  const what = [
    `*Image* ${code(approval.shown.digest)} from ${originText(operation)}`,
    `*Serving now* ${brief(approval.shown.split)}`,
  ];
  if (approval.decision !== undefined) {
    const verb = approval.decision.kind === 'approved' ? 'Approved' : 'Rejected';
    return draft({ key: 'approval', lines: [`*${verb}* by ${brief(approval.decision.byName)}`, ...what] });
  }
  if (!awaitsApproval(operation))
    return draft({ key: 'approval', lines: ['*Nobody approved in time*', ...what] });
  const self = approval.self ? '' : ` ${brief(operation.request.byName)} may not approve it.`;
  return draft({
    key: 'approval',
    lines: [
      `*Approval needed* by ${approval.by.map(mention).join(' or ') || 'somebody else'}: ${titleOf(operation.request)} (${operationLabel(operation.id)})`,
      ...(approval.voided === undefined ? [] : [voidedLine(approval.voided)]),
      ...riskLines(approval.shown.risks ?? []),
      ...what,
      ...(approval.shown.changes === undefined ? [] : changeList(approval.shown.changes)),
      `Use the buttons at the top of this thread until ${dateText(approval.expiresAt)}.${self}`,
    ],
  });
}

/** A ref may mean another commit by now, and a retry takes an image of before: what it was built from is said. */
function originText({ request, results }: Operation): string {
  const { ref, retryOf } = request;
  const commit = results.build?.commit;
  return [
    `ref ${code(ref)}`,
    ...(commit === undefined || commit === ref ? [] : [`at commit ${code(commit.slice(0, 12))}`]),
    ...(retryOf === undefined ? [] : [`built for ${operationLabel(retryOf)}`]),
  ].join(', ');
}

function voidedLine({ changed, approvedBy }: NonNullable<ApprovalState['voided']>): string {
  const whose = approvedBy === undefined ? 'The question before' : `The approval by ${brief(approvedBy)}`;
  return `${whose} is void: ${brief(changed.join(' and '), 400)} changed since.`;
}
