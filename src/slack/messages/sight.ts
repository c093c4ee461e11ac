import type { Blindness } from '../../domain/monitor/sight.ts';
import { diagnosisLines } from './alert/measured.ts';
import { type Draft, draft } from './draft.ts';
import { brief, clockText, duration } from './mrkdwn.ts';

const mostNamed = 12;

/** A prober that sees nothing is told of in one message, with a reply for its end that is kept up to date. */
export function sightThreadOf(blindness: Blindness): readonly Draft[] {
  const { endedAt, times } = blindness;
  return [root(blindness), ...(endedAt === undefined && times === 1 ? [] : [reply(blindness)])];
}

function root({ environment, services, since, endedAt, diagnoses }: Blindness): Draft {
  const named = services.slice(0, mostNamed).map((service) => brief(service, 60));
  const more = services.length > mostNamed ? ` and ${services.length - mostNamed} more` : '';
  const of = `${named.join(', ')}${more} in ${brief(environment, 80)}`;
  const state =
    endedAt === undefined
      ? `*sees nothing* since ${clockText(since)}`
      : `*saw nothing* for ${duration(endedAt - since)}`;
  const next =
    diagnoses.length > 0
      ? diagnosisLines({ diagnoses })
      : ['*Next* The log of the worker says what keeps it from looking.'];
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
