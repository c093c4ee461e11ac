import type { TableBlock } from '@slack/types';
import { firedText } from '../../../domain/countdown.ts';
import type { Operation, TrafficMove } from '../../../domain/operation.ts';
import { type Split, splitText } from '../../../domain/results.ts';
import { triggerText } from '../../../domain/trigger.ts';
import { type Draft, draft } from '../draft.ts';
import { brief } from '../mrkdwn.ts';
import { driftLines } from '../drift.ts';
import { table } from '../table.ts';
import { timingLines } from '../timing.ts';
import { took } from './took.ts';

/** Drawn from the first move on: people see each share, and what was measured of it. */
export function shiftReply(operation: Operation): Draft | undefined {
  const { results, moves } = operation;
  const result = results.shift;
  const last = moves.at(-1);
  const split = result?.split ?? last?.split;
  if (split === undefined) {
    const paused = results.candidate === undefined ? [] : driftLines(operation);
    return paused.length === 0 ? undefined : draft({ key: 'shift', lines: paused });
  }
  const headline =
    result === undefined
      ? `*Moving traffic*: ${brief(splitText(split))}`
      : `*Traffic moved* in ${took(operation, 'shift')}: ${brief(splitText(split))}`;
  return draft({
    key: 'shift',
    lines: [
      headline,
      ...driftLines(operation),
      ...affinityLines(operation),
      // A rollback goes back at once: nothing is watched on its way.
      ...moves
        .filter(({ watched }) => operation.request.kind !== 'rollback' || watched !== undefined)
        .map((move) => moveLine(move, operation)),
      ...timingLines(operation),
    ],
    more: [splitTable(results.preflight?.split ?? [], split)],
  });
}

/** With affinity a split is for new clients: https://cloud.google.com/run/docs/configuring/session-affinity */
function affinityLines({ results, moves }: Operation): readonly string[] {
  if (results.candidate?.affinity !== true || moves.every(({ percent }) => percent === 100)) return [];
  return [
    '*Session affinity* is on: clients and their sockets stay on the revision they know, so users come to a share slowly. The probes are new clients each time and see the split as it is; what Cloud Run counts of users may speak for fewer of them than the percent says.',
  ];
}

/** `At 10 %: HTTP 5xx: 0 % (limit 20 %, 400 samples)`, and who kept it there against a trigger. */
export function moveLine({ percent, watched }: TrafficMove, { countdowns }: Operation): string {
  const seen = watched === undefined ? 'watching' : watched.map(triggerText).join(' · ');
  const kept = countdowns.flatMap((countdown) =>
    countdown.percent === percent && countdown.kept !== undefined
      ? [`${firedText(countdown.triggers)} kept by ${brief(countdown.kept.byName)}`]
      : [],
  );
  return `At ${percent} %: ${[seen === '' ? 'nothing to measure' : seen, ...kept].join(' · ')}`;
}

function splitTable(before: Split, after: Split): TableBlock {
  const percent = (split: Split, name: string) =>
    split.find(({ revision }) => revision === name)?.percent ?? 0;
  const names = [...new Set([...after, ...before].map(({ revision }) => revision))];
  const rows = names.map((name) => [name, `${percent(before, name)} %`, `${percent(after, name)} %`]);
  return table(['Revision', 'Before', 'After'], rows);
}
