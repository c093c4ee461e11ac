import type { Alert } from '../../../domain/alert/alert.ts';
import { type MonitorRound, symptoms, symptomTitles } from '../../../domain/monitor/round.ts';
import { section } from '../draft.ts';
import { brief, clip, code, duration } from '../mrkdwn.ts';
import type { PrivateAnswer } from '../private.ts';
import { table } from '../table.ts';

const mostRounds = 15;
const head = ['UTC', 'Connections', 'Handshakes', '5xx', 'Time-outs', 'Journeys', 'HTTP p95', 'Seen'];

/** The last rounds of probes at the target of an alert, newest first; failures of samples by symptom. */
export function checksAnswer(
  { service, environment, symptom }: Pick<Alert, 'service' | 'environment' | 'symptom'>,
  rounds: readonly MonitorRound[],
): PrivateAnswer {
  const place = `${brief(service, 80)} in ${brief(environment, 80)}`;
  const charts = 'The thread shows 1 h, 24 h and 7 days as charts.';
  const title = `*Last rounds of ${place}*, newest first: what failed, of how many. ${charts}`;
  const shown = rounds.slice(-mostRounds).toReversed();
  if (shown.length === 0) {
    const text = `*Last rounds of ${place}*: none in the last ten minutes. ${code(`/monitor ${environment} status`)} says whether it is watched. ${charts}`;
    return { text, blocks: [section(text)] };
  }
  const lines = shown.map((round) => {
    const seen = round.diagnoses.length === 0 ? '' : ` · ${brief(round.diagnoses.join(', '), 120)}`;
    return `${timeText(round.at)} · ${symptomTitles[symptom]} ${tallyText(round, symptom)}${seen}`;
  });
  return {
    text: clip([title, ...lines].join('\n'), 4_000),
    blocks: [section(title), table(head, shown.map(cellsOf))],
  };
}

function cellsOf(round: MonitorRound): readonly string[] {
  const { at, http, diagnoses, blind } = round;
  return [
    timeText(at),
    ...symptoms.map((symptom) => tallyText(round, symptom)),
    http === undefined ? '–' : duration(http.p95),
    [...(blind > 0 ? [`${blind} not measured`] : []), ...diagnoses].join(', '),
  ];
}

function tallyText({ tallies }: MonitorRound, symptom: Alert['symptom']): string {
  const tally = tallies[symptom];
  return tally === undefined || tally.samples === 0 ? '–' : `${tally.failures} of ${tally.samples}`;
}

function timeText(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
