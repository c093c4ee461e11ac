import { roleBlocks, type RoleQuestion } from '../../domain/gate/permission.ts';
import type { GateDecision } from '../../domain/gate/snapshot.ts';
import { decideGate } from '../../domain/gate.ts';
import type { Roles, Who } from '../../domain/policy.ts';
import { type GateQuestion, gateSnapshot } from '../../gates/gates.ts';
import { type Intake, type Kept, withinPatience } from './intake.ts';

/** Slack may be slow to say who belongs to a group; the ledger needs the rest of the person's patience. */
const lookUpMs = 1_000;

/** The person with the groups that matter for these roles. */
export async function whoIs(id: string, roles: Roles, { approvers }: Intake): Promise<Who> {
  const looked = await withinPatience(approvers.groupsOf(id, Object.values(roles).flat()), lookUpMs);
  return { id, groups: looked.kind === 'kept' ? looked.value : 'unknown' };
}

export type Asked = Omit<GateQuestion, 'who' | 'now'>;

/** Asks all gates for a person. `unavailable` when the ledger does not answer: then nothing is decided. */
export async function askGate(asked: Asked, by: string, intake: Intake): Promise<Kept<GateDecision>> {
  const roles = asked.targets[0]?.gates?.roles ?? {};
  const who = await whoIs(by, roles, intake);
  return withinPatience(
    gateSnapshot({ ...asked, who, now: intake.now() }, intake).then((snapshot) => decideGate(snapshot)),
  );
}

/** Asks the gate of permission alone. */
export async function askRole(
  { by, ...question }: Omit<RoleQuestion, 'who'> & { readonly by: string },
  intake: Intake,
) {
  return roleBlocks({ ...question, who: await whoIs(by, question.roles, intake) });
}
