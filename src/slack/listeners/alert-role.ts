import type { Alert } from '../../domain/alert/alert.ts';
import type { GateBlock } from '../../domain/gate/snapshot.ts';
import { askRole } from './gate.ts';
import { type Intake, withinPatience } from './intake.ts';

/** Slack may be slow to say who belongs to a group; the ledger needs the rest of the person's patience. */
const lookUpMs = 1_000;

/**
 * Acknowledging and snoozing belong to whoever may deploy or roll back there, and to whoever is woken: a team that is
 * paged must be able to say that it has it.
 * @returns none when the person may
 */
export async function mayTake(alert: Alert, by: string, intake: Intake): Promise<readonly GateBlock[]> {
  const { service, environment, page, escalated } = alert;
  const roles = intake.targetOf({ service, environment })?.gates?.roles ?? {};
  const deed = `take alerts of ${environment}`;
  const asked = await Promise.all([
    askRole({ by, roles, role: 'deploy', deed }, intake),
    askRole({ by, roles, role: 'rollback', deed }, intake),
  ]);
  if (asked.some((blocks) => blocks.length === 0)) return [];
  const paged = [page, escalated?.team].flatMap((team) =>
    team === undefined ? [] : intake.mentionedOf(team),
  );
  const looked = await withinPatience(intake.approvers.members(paged), lookUpMs);
  const members = looked.kind === 'kept' ? looked.value : 'unknown';
  if (members !== 'unknown' && members.has(by)) return [];
  const people = [...new Set([...asked.flat().flatMap(({ clearedBy }) => peopleIn(clearedBy)), ...paged])];
  const unknown = members === 'unknown' || asked.flat().some(({ code }) => code === 'ROLE_UNKNOWN');
  return [
    unknown
      ? {
          code: 'ROLE_UNKNOWN',
          summary: `Whether you may ${deed} could not be looked up.`,
          clearedBy: { people, how: 'do it' },
        }
      : { code: 'NOT_ALLOWED', summary: `You may not ${deed}.`, clearedBy: { people, how: 'do it' } },
  ];
}

function peopleIn({ people }: GateBlock['clearedBy']): readonly string[] {
  return people === 'anybody' ? [] : people;
}
