import type { EnvironmentStatus } from '../../domain/status.ts';
import { seenValue } from '../../domain/status/looked.ts';
import { operationLabel } from '../../domain/operation.ts';
import { brief, code, dateText, link } from './mrkdwn.ts';
import { blindLines, blindNext } from './sight.ts';
import { urlOf } from './status-words.ts';

/** `*staging* · ✗ 1 unhealthy, 1 alert · 1 operation under way` */
export function headline({ environment, services, sight }: EnvironmentStatus): string {
  const count = (verdict: string) => services.filter(({ health }) => health.verdict === verdict).length;
  const alerts = services.flatMap((service) => seenValue(service.alerts) ?? []).length;
  const busy = new Set(
    services.flatMap(({ operation }) => {
      const last = seenValue(operation);
      return last === undefined || last.phase === 'finished' ? [] : [last.id];
    }),
  ).size;
  const blind = seenValue(sight) !== undefined;
  // What is well may be old news.
  const healthy = count('healthy') === services.length && services.length > 0 && !blind;
  const parts = [
    healthy ? '✓ all healthy' : '',
    some(count('unhealthy'), '✗ # unhealthy'),
    some(alerts, alerts === 1 ? '# alert' : '# alerts'),
    some(busy, busy === 1 ? '# operation under way' : '# operations under way'),
    some(count('unknown'), '? health of # unknown'),
    blind ? '? prober blind' : '',
    services.length === 0 ? 'no services' : '',
  ];
  return [`*${brief(environment)}*`, ...parts.filter((part) => part !== '')].join(' · ');
}

function some(count: number, words: string): string {
  return count === 0 ? '' : words.replace('#', String(count));
}

/** What keeps deploys away. */
export function holdLines({ lock, freezes }: EnvironmentStatus): readonly string[] {
  return [
    ...(lock.kind === 'unknown' ? [`*Lock* unknown: ${brief(lock.why)}`] : []),
    ...(lock.kind === 'seen' && lock.value !== undefined
      ? [
          `*Locked* by ${brief(lock.value.byName)} until ${dateText(lock.value.until)}: “${brief(lock.value.reason)}”`,
        ]
      : []),
    ...freezes
      .slice(0, 3)
      .map(({ reason, until }) => `*Frozen* until ${dateText(until)}: “${brief(reason)}”`),
  ];
}

/** How far what was measured can be believed. */
export function sightLines({ sight }: EnvironmentStatus): readonly string[] {
  if (sight.kind === 'unknown') return [`*Prober* unknown: ${brief(sight.why)}`];
  return sight.value === undefined ? [] : blindLines(sight.value);
}

/** The next step, as one sentence. */
export function adviceText(status: EnvironmentStatus): string {
  const { environment, channel, services, freezes, advice, links } = status;
  const there = channel === '' ? 'its channel' : `<#${channel}>`;
  const thread = (key: string) => {
    const url = urlOf(key, links);
    return url === undefined ? undefined : link(url, 'its thread');
  };
  switch (advice.kind) {
    case 'acknowledge':
      return `Take the alert of ${brief(advice.service)}: ${thread(advice.key) ?? `its thread in ${there}`} has the buttons.`;
    case 'taken':
      return `${brief(advice.byName ?? 'Somebody')} has the alert of ${brief(advice.service)}: ${thread(advice.key) ?? `its thread is in ${there}`}.`;
    case 'approve':
      return `${operationLabel(advice.operation)} waits for an approval in ${there}.`;
    case 'follow':
      return `${operationLabel(advice.operation)} goes on: follow it in ${there}.`;
    case 'diagnose':
      return `${code(`/validate ${advice.service} ${environment}`)} says why ${brief(advice.service)} is unhealthy.`;
    case 'blind':
      return blindNext(advice.diagnoses);
    case 'again':
      return `Ask again in a minute: ${brief(advice.why)}.`;
    case 'failed':
      return `The thread of ${operationLabel(advice.operation)} in ${there} says what went wrong, and can begin it again.`;
    case 'create':
      return `${code(`/deploy ${advice.service} ${environment}`)} creates ${brief(advice.service)}.`;
    case 'locked':
      return `${code(`/deploy unlock ${environment}`)} ends the lock; rollbacks pass it.`;
    case 'frozen':
      return `Deploys wait for the end of the freeze, ${dateText(Math.max(...freezes.map(({ until }) => until)))}; rollbacks pass.`;
    case 'measure':
      return `${code(`/validate ${environment}`)} measures what nobody has measured yet.`;
    case 'nothing':
      return `Nothing needs you. ${code(`/deploy ${services[0]?.service ?? '<service>'} ${environment}`)} deploys.`;
  }
}
