import type { TriggeredBuild } from '../cloud/triggered.ts';
import type { BuildLog } from '../domain/infrastructure/build-log.ts';
import { isStale, lockOf } from '../domain/infrastructure/messages.ts';
import type { Problem } from '../domain/infrastructure/tool.ts';

export type Action = 'plan' | 'apply' | 'outputs';

/** Whether a log that ended well has all that slipway reads in it. */
export function isWhole({ plans, messages }: BuildLog, action: Action): boolean {
  if (action === 'outputs') return true;
  return plans.length > 0 && messages.some(({ type }) => type === 'change_summary');
}

/** What a build that did not end well means. */
export function problemOf(
  { status, step, detail, logUrl }: TriggeredBuild,
  { diagnostics, others }: BuildLog,
  action: Action,
): Problem {
  const lock = lockOf(diagnostics);
  if (lock !== undefined) return { kind: 'locked', lock };
  if (isStale(diagnostics)) return { kind: 'stale' };
  const exit = step?.exitCode === undefined ? '' : `, exit code ${step.exitCode}`;
  const where = step === undefined ? '' : ` in step “${step.name}”${exit}`;
  return {
    kind: 'failed',
    what: `The build that should ${action} (${status}${where})`,
    diagnostics: diagnostics.filter(({ severity }) => severity === 'error'),
    lines: [
      ...others.slice(-10),
      ...(detail === '' ? [] : [detail]),
      ...(logUrl === undefined ? [] : [logUrl]),
    ],
  };
}
