import type { Shown } from '../../../domain/events.ts';
import {
  type ApprovalState,
  awaitsApproval,
  type Operation,
  operationLabel,
  titleOf,
} from '../../../domain/operation.ts';
import { changeList, riskLines } from '../changes.ts';
import { type Draft, draft } from '../draft.ts';
import { brief, code, dateText, mention, shortDigest } from '../mrkdwn.ts';

export function approvalReply(operation: Operation): Draft | undefined {
  const approval = operation.approval;
  if (approval === undefined) return undefined;
  const what = whatLines(approval.shown, originText(operation));
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
      ...detailLines(approval.shown, originText(operation)),
      `Use the buttons ${placeText(operation.request)} until ${dateText(approval.expiresAt)}.${self}`,
    ],
  });
}

function placeText({ parent }: Operation['request']): string {
  return parent === undefined ? 'at the top of this thread' : `of round ${parent.round} above`;
}

/** A ref may mean another commit by now, and a retry takes an image of before: what it was built from is said. */
function originText({ request, results }: Operation): string {
  const { ref, retryOf } = request;
  const commit = results.build?.commit ?? results.plan?.commit;
  return [
    `ref ${code(ref)}`,
    ...(commit === undefined || commit === ref ? [] : [`at commit ${code(commit.slice(0, 12))}`]),
    ...(retryOf === undefined ? [] : [`built for ${operationLabel(retryOf)}`]),
  ].join(', ');
}

/** One image, or that of each service. */
function whatLines({ each, digest, split, of }: Shown, origin: string): readonly string[] {
  if (of === 'infrastructure') return [`*Plan* ${brief(split)}, from ${origin}`];
  if (each !== undefined)
    return each.map(
      (shown) => `*${shown.service}* ${code(shortDigest(shown.digest))}, serving now ${brief(shown.split)}`,
    );
  return [`*Image* ${code(digest)} from ${origin}`, `*Serving now* ${brief(split)}`];
}

/** All that an approver agrees to, service by service. */
function detailLines(shown: Shown, origin: string): readonly string[] {
  const { each, changes, risks = [] } = shown;
  if (each !== undefined)
    return each.flatMap((one) => [
      ...whatLines({ ...one, each: [one] }, origin),
      ...riskLines(one.risks ?? []),
      ...changeList(one.changes ?? [], each.length),
    ]);
  return [
    ...riskLines(risks),
    ...whatLines(shown, origin),
    ...(changes === undefined ? [] : changeList(changes)),
  ];
}

function voidedLine({ changed, approvedBy }: NonNullable<ApprovalState['voided']>): string {
  const whose = approvedBy === undefined ? 'The question before' : `The approval by ${brief(approvedBy)}`;
  return `${whose} is void: ${brief(changed.join(' and '), 400)} changed since.`;
}
