import type { Alert } from '../../domain/alert/alert.ts';
import { symptomTitles } from '../../domain/monitor/round.ts';
import { stepTitles } from '../../domain/plan.ts';
import type { EnvironmentStatus } from '../../domain/status.ts';
import type { Health } from '../../domain/status/health.ts';
import type { LastOperation, ServiceStatus } from '../../domain/status/standing.ts';
import type { Phrase } from './phrase.ts';

const verbs = {
  deploy: 'deploy',
  rollback: 'rollback',
  validate: 'validation',
  infrastructure: 'change of infrastructure',
  rounds: 'rounds',
} as const;
const marks = { healthy: '✓', unhealthy: '✗', unknown: '?' } as const;
const measuredBy = {
  alert: 'an alert is open, since',
  monitor: 'watched',
  validation: 'validated',
  deploy: 'at its deploy',
} as const;

export function servingWords({ split }: ServiceStatus): readonly Phrase[] {
  if (split.kind === 'unknown') return [[`unknown: ${split.why}`]];
  if (split.value === undefined) return [['not deployed']];
  if (split.value.length === 0) return [['nobody is served']];
  // A line each, in which the number and its sign stay together.
  return split.value.map(({ revision, percent }) => [`${revision} ${percent}\u00a0%`]);
}

/** `✓ healthy`, and by what and when that was measured. */
export function healthWords({ verdict, at, by, why }: Health): readonly Phrase[] {
  const reason = why === undefined ? '' : `: ${why}`;
  const word = `${marks[verdict]} ${verdict}${reason}`;
  return at === undefined || by === undefined
    ? [[word]]
    : [[word], [`${measuredBy[by]} `, { at, as: 'ago' as const }]];
}

/** `#42, deploy by developer`, and how far it has got; the number is that of its environment. */
export function operationWords({ operation }: ServiceStatus): readonly Phrase[] {
  if (operation.kind === 'unknown') return [[`unknown: ${operation.why}`]];
  if (operation.value === undefined) return [['none yet']];
  const { id, kind, byName, at, phase } = operation.value;
  const headline = `${numberOf(id)}, ${verbs[kind]} by ${byName}`;
  const how = phase === 'finished' ? ended(operation.value) : underWay(operation.value);
  return [[headline], [`${how} `, { at, as: 'ago' as const }]];
}

/** `#42` for `staging-42`. */
function numberOf(id: string): string {
  return `#${id.slice(id.lastIndexOf('-') + 1)}`;
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
export function alertWords({ alerts }: ServiceStatus, links: EnvironmentStatus['links']): readonly Phrase[] {
  if (alerts.kind === 'unknown') return [[`unknown: ${alerts.why}`]];
  return alerts.value.length === 0
    ? [['none']]
    : alerts.value.map((alert) => oneAlert(alert, urlOf(alert.key, links)));
}

/** Of the thread of an alert. Undefined: it is not known. */
export function urlOf(key: string, links: EnvironmentStatus['links']): string | undefined {
  return Object.hasOwn(links, key) ? links[key] : undefined;
}

function oneAlert(
  { symptom, phase, since, acknowledged, snoozed, dryRun }: Alert,
  url: string | undefined,
): Phrase {
  const title = symptomTitles[symptom];
  const what = url === undefined ? title : { url, text: title };
  const trial = `${dryRun ? ' (dry run)' : ''}:`;
  if (phase === 'snoozed' && snoozed !== undefined)
    return [what, `${trial} snoozed by ${snoozed.byName} until `, { at: snoozed.until, as: 'until' }];
  const who = phase === 'acknowledged' ? `acknowledged by ${acknowledged?.byName ?? 'somebody'}` : phase;
  return [what, `${trial} ${who}, since `, { at: since, as: 'ago' }];
}
