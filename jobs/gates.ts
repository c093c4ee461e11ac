import type { GateBlock } from '../src/domain/gate/snapshot.ts';
import { decideGate } from '../src/domain/gate.ts';
import type { Wanted } from '../src/domain/proved.ts';
import { gateSnapshot } from '../src/gates/gates.ts';
import { failed, type StepContext } from './step.ts';

/**
 * Asks the gates once more, in the middle of an operation: somebody may have locked the environment while it waited,
 * and some gates can only be asked once the image is known. The person was asked about when the operation was.
 * @returns the failure that names every gate that is closed, or undefined when all are open
 */
export async function closedGates(context: StepContext, images?: Readonly<Record<string, Wanted>>) {
  const { operation, targets, records, now } = context;
  const { kind, ref, bypass, back } = operation.request;
  const change = kind === 'infrastructure' ? kind : 'deploy';
  const snapshot = await gateSnapshot(
    {
      action: kind === 'rollback' || back === true ? 'rollback' : change,
      targets,
      ref,
      images,
      bypass: bypass !== undefined,
      now: now(),
    },
    records,
  );
  const decision = decideGate(snapshot);
  if (decision.kind === 'proceed') return undefined;
  const [first, ...others] = decision.blocks;
  if (first === undefined) return undefined;
  // A lock or a freeze is known to the person; what only the image told needs its way out.
  const advice = first.code === 'QUARANTINED' ? { advice: adviceOf(first) } : {};
  return failed(first.code, { summary: first.summary, evidence: others.map(blockText), ...advice });
}

function adviceOf({ clearedBy: { how } }: GateBlock): string {
  return `Deploy a version in which the cause is mended, or ${how}`;
}

function blockText({ code, summary }: GateBlock): string {
  return `${summary} (${code})`;
}
