import { actionText, countsText, isDestroyed } from '../../../domain/infrastructure/approval.ts';
import type { InfrastructurePlan, ResourceChange } from '../../../domain/infrastructure/plan.ts';
import { type Operation, operationLabel } from '../../../domain/operation.ts';
import { type Draft, draft } from '../draft.ts';
import { brief, code, duration } from '../mrkdwn.ts';
import { table } from '../table.ts';
import { took } from './took.ts';

/** As many as people read before a click; the table has some more. */
const mostLines = 12;
const mostDestroyed = 8;
const mostAttributes = 3;

/** The configuration is valid, and of what commit it is; warnings as the program says them. */
export function lintReply(operation: Operation): Draft | undefined {
  const result = operation.results.lint;
  if (result === undefined) return undefined;
  const { program, version, warnings, ref, back } = result;
  const at = code((ref ?? operation.request.ref).slice(0, 12));
  const from = back === undefined ? '' : `, as ${operationLabel(back)} has applied it`;
  return draft({
    key: 'lint',
    lines: [
      version === ''
        ? `*Configuration* at ${at}${from}, checked when it is planned by ${code(program)}`
        : `*Configuration valid* at ${at}${from}, by ${code(`${program} ${version}`)}`,
      ...warnings.slice(0, 5).map((warning) => `*Warning* ${brief(warning)}`),
    ],
  });
}

export function planReply(operation: Operation): Draft | undefined {
  const plan = operation.results.plan;
  if (plan === undefined) return undefined;
  if (plan.empty === true)
    return draft({
      key: 'plan',
      lines: ['*Plan* nothing to change: everything is as the configuration says'],
    });
  const destroyed = plan.changes.filter(isDestroyed);
  const rows = plan.changes.flatMap(rowsOf);
  return draft({
    key: 'plan',
    lines: [
      `*Plan* ${countsText(plan.counts)}`,
      ...destroyed
        .slice(0, mostDestroyed)
        .map((change) => `*Destroys* ${code(change.address)}: ${actionText(change)}`),
      ...changeLines(plan),
    ],
    more: isToldWhole(plan.changes)
      ? []
      : [table(['Resource', 'What', 'Attribute', 'Before', 'After'], rows)],
  });
}

/** Whether the lines have all of it, so that a table would say it again. */
function isToldWhole(changes: readonly ResourceChange[]): boolean {
  const destroyed = changes.filter(isDestroyed).length;
  const long = changes.some(({ attributes }) => attributes.length > mostAttributes);
  return !long && destroyed <= mostDestroyed && changes.length - destroyed <= mostLines;
}

function changeLines({ changes }: InfrastructurePlan): readonly string[] {
  const others = changes.filter((change) => !isDestroyed(change));
  const lines = others.slice(0, mostLines).map((change) => {
    const told =
      change.action === 'update'
        ? change.attributes.slice(0, mostAttributes).map(attributeText).join(', ')
        : '';
    return `• ${code(change.address)} ${actionText(change)}${told === '' ? '' : `: ${told}`}`;
  });
  const hidden = others.length - lines.length;
  return [...lines, ...(hidden > 0 ? [`and ${hidden} more`] : [])];
}

type Attribute = ResourceChange['attributes'][number];

function attributeText({ path, before = 'none', after = 'none', sensitive }: Attribute): string {
  if (sensitive) return `${code(path, 60)} (secret)`;
  return `${code(path, 60)} ${code(before, 60)} → ${code(after, 60)}`;
}

function rowsOf(change: ResourceChange): readonly (readonly string[])[] {
  const { address, attributes } = change;
  const what = actionText(change);
  if (change.action !== 'update' || attributes.length === 0) return [[address, what, '', '', '']];
  return attributes.map(({ path, before = 'none', after = 'none', sensitive }) =>
    sensitive ? [address, what, path, '(secret)', '(secret)'] : [address, what, path, before, after],
  );
}

export function applyReply(operation: Operation): Draft | undefined {
  const { apply, plan } = operation.results;
  if (apply === undefined) return undefined;
  if (!apply.applied)
    return draft({ key: 'apply', lines: ['*Nothing applied*: there was nothing to change'] });
  const { done = [] } = apply;
  return draft({
    key: 'apply',
    lines: [
      `*Applied* in ${took(operation, 'apply')}: ${countsText(apply.counts)}`,
      ...(done.length === 0
        ? []
        : [
            done
              .slice(0, mostLines)
              .map((name) => code(name, 100))
              .join(', '),
          ]),
      ...(done.length > mostLines ? [`and ${done.length - mostLines} more`] : []),
      ...(plan?.commit === undefined
        ? []
        : [`*Commit* ${code(plan.commit.slice(0, 12))}${beforeText(apply.before)}`]),
    ],
  });
}

function beforeText(before: string | undefined): string {
  return before === undefined ? '' : `, before ${code(before.slice(0, 12))}`;
}

export function propagateReply(operation: Operation): Draft | undefined {
  const result = operation.results.propagate;
  if (result === undefined || result.checks.length === 0) return undefined;
  return draft({
    key: 'propagate',
    lines: [
      `*The way users come is well* after ${duration(result.waitedMs)}`,
      ...result.checks.slice(0, mostLines).map((check) => brief(check)),
    ],
  });
}

export function outputsReply(operation: Operation): Draft | undefined {
  const found = operation.results.outputs?.outputs ?? [];
  if (found.length === 0) return undefined;
  const rows = found.map(({ name, value, wanted = '–' }) => [name, value, wanted]);
  const compared = found.filter(({ wanted }) => wanted !== undefined);
  return draft({
    key: 'outputs',
    lines: [
      `*Outputs* ${found.length}, ${compared.length} of them compared and as wanted`,
      ...found.slice(0, mostLines).map(({ name, value }) => `• ${code(name, 60)} ${code(value, 100)}`),
    ],
    more: [table(['Output', 'Value', 'Wanted'], rows)],
  });
}

/** What the report says of a change that went well. */
export function infrastructureLines(operation: Operation): readonly string[] {
  const { plan, apply, propagate, outputs, approval } = operation.results;
  const { request } = operation;
  const compared = (outputs?.outputs ?? []).filter(({ wanted }) => wanted !== undefined);
  const back = code(`/rollback infrastructure ${request.environment}`);
  return [
    apply?.applied === true
      ? `*Applied* ${countsText(apply.counts)}`
      : '*Nothing to change*: everything is as the configuration says',
    ...(plan?.commit === undefined
      ? []
      : [
          `*Commit* ${code(plan.commit.slice(0, 12))} from ref ${code(request.ref)}${beforeText(apply?.before)}`,
        ]),
    ...(approval === undefined
      ? []
      : [
          approval.by === ''
            ? `*Approval* not needed: ${brief(approval.skipped ?? '')}`
            : `*Approved by* ${brief(approval.by)}`,
        ]),
    // Also of a change that an operation before has applied, and that users did not see in time.
    ...(propagate === undefined || propagate.checks.length === 0
      ? []
      : [`*Propagated* the way users come is well after ${duration(propagate.waitedMs)}`]),
    ...(compared.length === 0 ? [] : [`*Outputs* ${compared.length} of ${compared.length} as wanted`]),
    apply?.applied === true ? `*Next* nothing to do. To go back, ${back}` : '*Next* nothing to do.',
  ];
}
