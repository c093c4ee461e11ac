import type { BlindNow, Blindness } from '../../domain/monitor/sight.ts';
import { causeLines, diagnosisLines, diagnosisNext } from './alert/measured.ts';
import { type Draft, draft } from './draft.ts';
import { brief, clockText, dateText, duration, link } from './mrkdwn.ts';

const mostNamed = 12;

/** A prober that sees nothing is told of in one message, with a reply for its end that is kept up to date. */
export function sightThreadOf(blindness: Blindness): readonly Draft[] {
  const { endedAt, times } = blindness;
  return [root(blindness), ...(endedAt === undefined && times === 1 ? [] : [reply(blindness)])];
}

/** For whoever reads what was measured: how far it can be believed, and why. What to do is `blindNext`. */
export function blindLines({ services, since, diagnoses, url, channel }: BlindNow): readonly string[] {
  const thread = url === undefined ? `Its thread is in <#${channel}>.` : `${link(url, 'Its thread')}.`;
  return [
    `*The prober is blind* to ${named(services)} since ${dateText(since)}: what is shown of that may be old, and nothing fires. ${thread}`,
    ...causeLines(diagnoses),
  ];
}

/** What to do about a prober that is blind for these reasons. */
export function blindNext(diagnoses: readonly string[]): string {
  return diagnosisNext(diagnoses) ?? 'The log of the worker says what keeps it from looking.';
}

function named(services: readonly string[]): string {
  const shown = services.slice(0, mostNamed).map((service) => brief(service, 60));
  const more = services.length > mostNamed ? ` and ${services.length - mostNamed} more` : '';
  return `${shown.join(', ')}${more}`;
}

function root({ environment, services, since, endedAt, diagnoses }: Blindness): Draft {
  const of = `${named(services)} in ${brief(environment, 80)}`;
  const state =
    endedAt === undefined
      ? `*sees nothing* since ${clockText(since)}`
      : `*saw nothing* for ${duration(endedAt - since)}`;
  const next = diagnoses.length > 0 ? diagnosisLines({ diagnoses }) : [`*Next* ${blindNext(diagnoses)}`];
  return draft({
    key: 'root',
    lines: [
      `*The prober is at fault* · ${of} · ${state}`,
      ...(endedAt === undefined
        ? [...next, 'No service is blamed: until this is over nothing fires, nobody is paged or taken back.']
        : ['It sees again. What happened meanwhile nobody has measured.']),
    ],
  });
}

function reply({ since, endedAt, times }: Blindness): Draft {
  const often = times === 1 ? '' : `; this happened ${times} times`;
  return draft({
    key: 'sight',
    lines: [
      endedAt === undefined
        ? `*It sees nothing again* since ${clockText(since)}; this happened ${times} times`
        : `*It sees again* after ${duration(endedAt - since)}${often}`,
    ],
  });
}
