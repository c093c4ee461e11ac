import type { Alert } from '../../domain/alert/alert.ts';
import { symptomTitles } from '../../domain/monitor/round.ts';
import { operationLabel } from '../../domain/operation.ts';
import { stepTitles } from '../../domain/plan.ts';
import { splitText } from '../../domain/results.ts';
import type { Health } from '../../domain/status/health.ts';
import type { LastOperation, ServiceStatus } from '../../domain/status/standing.ts';
import type { Phrase } from './phrase.ts';

const verbs = { deploy: 'deploy', rollback: 'rollback', validate: 'validation' } as const;
const marks = { healthy: '✓', unhealthy: '✗', unknown: '?' } as const;
const measuredBy = {
  alert: 'an alert is open, since',
  monitor: 'watched',
  validation: 'validated',
  deploy: 'at its deploy',
} as const;

export function servingWords({ split }: ServiceStatus): Phrase {
  if (split.kind === 'unknown') return [`unknown: ${split.why}`];
  if (split.value === undefined) return ['not deployed'];
  return [split.value.length === 0 ? 'nobody is served' : splitText(split.value)];
}

/** `✓ healthy`, and by what and when that was measured. */
export function healthWords({ verdict, at, by, why }: Health): readonly Phrase[] {
  const reason = why === undefined ? '' : `: ${why}`;
  const word = `${marks[verdict]} ${verdict}${reason}`;
  return at === undefined || by === undefined
    ? [[word]]
    : [[word], [`${measuredBy[by]} `, { at, as: 'ago' as const }]];
}

/** `staging #42, deploy by developer`, and how far it has got. */
export function operationWords({ operation }: ServiceStatus): readonly Phrase[] {
  if (operation.kind === 'unknown') return [[`unknown: ${operation.why}`]];
  if (operation.value === undefined) return [['none yet']];
  const { id, kind, byName, at, phase } = operation.value;
  const headline = `${operationLabel(id)}, ${verbs[kind]} by ${byName}`;
  const how = phase === 'finished' ? ended(operation.value) : underWay(operation.value);
  return [[headline], [`${how} `, { at, as: 'ago' as const }]];
}

function ended({ outcome, step }: LastOperation): string {
  const at = step === undefined ? '' : ` at ${stepTitles[step]}`;
  switch (outcome) {
    case 'failed':
      return `failed${at},`;
    case 'rolled-back':
      return `rolled back${at},`;
    case 'expired':
      return 'not approved in time,';
    default:
      return `${outcome ?? 'ended'},`;
  }
}

function underWay({ phase, step, awaitsApproval }: LastOperation): string {
  if (awaitsApproval) return 'waits for an approval, begun';
  if (phase === 'queued') return 'waits in line, asked';
  return step === undefined ? 'runs, begun' : `${stepTitles[step]} …, begun`;
}

/** What users feel, since when, and who has it. */
export function alertWords({ alerts }: ServiceStatus): readonly Phrase[] {
  if (alerts.kind === 'unknown') return [[`unknown: ${alerts.why}`]];
  return alerts.value.length === 0 ? [['none']] : alerts.value.map(oneAlert);
}

function oneAlert({ symptom, phase, since, acknowledged, snoozed, dryRun }: Alert): Phrase {
  const what = `${symptomTitles[symptom]}${dryRun ? ' (dry run)' : ''}:`;
  if (phase === 'snoozed' && snoozed !== undefined)
    return [`${what} snoozed by ${snoozed.byName} until `, { at: snoozed.until, as: 'until' }];
  const who = phase === 'acknowledged' ? `acknowledged by ${acknowledged?.byName ?? 'somebody'}` : phase;
  return [`${what} ${who}, since `, { at: since, as: 'ago' }];
}
