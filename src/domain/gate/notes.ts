import { commitOf } from '../proved.ts';
import type { ReasonCode } from '../reasons.ts';
import type { GateBlock, GateNote, GateSnapshot } from './snapshot.ts';

/** What only the image will tell. */
export function laterNotes(
  { action, request, order, quarantine }: GateSnapshot,
  blocks: readonly GateBlock[],
): readonly GateNote[] {
  if (action !== 'deploy' || request.images !== undefined) return [];
  const known = blocks.some(({ code }) => code === 'NOT_PROVED_BEFORE');
  const ordered = order !== undefined && !known && commitOf(request.ref ?? '') === undefined;
  return [
    ...(ordered
      ? [later('NOT_PROVED_BEFORE', `After the build: whether ${order.after} has proved this version.`)]
      : []),
    ...(quarantine.length > 0
      ? [
          later(
            'QUARANTINED',
            `After the build: whether the image is one of ${quarantine.length} in quarantine.`,
          ),
        ]
      : []),
  ];
}

function later(code: ReasonCode, summary: string): GateNote {
  return { kind: 'later', code, summary };
}
