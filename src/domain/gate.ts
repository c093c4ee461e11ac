import { laterNotes } from './gate/notes.ts';
import { permissionBlocks } from './gate/permission.ts';
import { ruleBlocks } from './gate/rules.ts';
import type { GateBlock, GateDecision, GateNote, GateSnapshot } from './gate/snapshot.ts';
import type { ReasonCode } from './reasons.ts';

/** Whether an action may begin, and if not, everything that is in its way. Pure. */
export function decideGate(snapshot: GateSnapshot): GateDecision {
  const permission = permissionBlocks(snapshot);
  const rules = snapshot.action === 'lock' || snapshot.action === 'lift' ? [] : ruleBlocks(snapshot);
  const passed = rules.filter((block) => passes(block, snapshot));
  const closed = [...permission, ...rules.filter((block) => !passes(block, snapshot))];
  const kind = snapshot.action === 'rollback' ? 'passed' : 'bypassed';
  const notes = [
    ...passed.map(({ code, summary }): GateNote => ({ kind, code, summary })),
    ...laterNotes(snapshot, rules),
  ];
  return closed.length === 0 ? { kind: 'proceed', notes } : { kind: 'refuse', blocks: closed, notes };
}

/** What a rollback never waits for: it puts users back to what they had. */
const openToRollback: ReadonlySet<ReasonCode> = new Set(['LOCKED', 'FROZEN']);
/** What a reason and a second person get past. */
const openToBypass: ReadonlySet<ReasonCode> = new Set([
  'LOCKED',
  'FROZEN',
  'QUARANTINED',
  'NOT_PROVED_BEFORE',
]);

/** Whether an emergency could get past all that is closed. */
export function canBypass(blocks: readonly GateBlock[]): boolean {
  return blocks.every(({ code }) => openToBypass.has(code));
}

function passes({ code }: GateBlock, { action, bypass }: GateSnapshot): boolean {
  return (action === 'rollback' && openToRollback.has(code)) || (bypass && openToBypass.has(code));
}
