import { roleBlocks } from '../../../domain/gate/permission.ts';
import { refusal } from '../../../domain/reasons.ts';
import type { LiftRequest } from '../../../domain/request/lift.ts';
import { gateRefused } from '../../messages/gate.ts';
import { brief, code, shortDigest } from '../../messages/mrkdwn.ts';
import { noted, refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { whoIs } from '../gate.ts';
import { type Intake, withinPatience } from '../intake.ts';
import type { Asker } from '../open.ts';

/** `/deploy lift <service> sha256:… "<reason>"`: an image may be deployed again. */
export async function lift(
  { service, digest, reason }: LiftRequest,
  { person, to }: Asker,
  intake: Intake,
): Promise<void> {
  const blocks = await rolesMissing(service, person.by, intake);
  if (blocks.length > 0) return answer(to, gateRefused(blocks));
  const { by, byName, deliveryId } = person;
  const wish = { digest, reason, by, byName, deliveryId, at: intake.now() };
  const written = await withinPatience(intake.quarantine.lift(service, wish));
  if (written.kind === 'unavailable') {
    intake.log.error({ err: written.cause }, 'the ledger did not take a lift');
    return answer(to, refused(refusal('LEDGER_UNAVAILABLE', 'The lift could not be written down.')));
  }
  const lifted = written.value;
  if (lifted === 'known') return;
  if (lifted.kind === 'lifted') {
    const { entry } = lifted;
    return answer(
      to,
      noted(
        `*Lifted* ${code(shortDigest(entry.digest))} of ${service}, in quarantine since ${brief(entry.operation)}: ${brief(entry.reason)}`,
      ),
    );
  }
  const held = lifted.held.map((each) => shortDigest(each.digest)).join(', ');
  const summary = `No one image of ${service} in quarantine is meant by ${digest}. In quarantine: ${held || 'none'}.`;
  return answer(to, refused(refusal('NOT_QUARANTINED', summary)));
}

/** An image is lifted everywhere, so it takes somebody who may deploy the service everywhere. */
async function rolesMissing(service: string, by: string, intake: Intake) {
  const asked = Object.keys(intake.catalog.environments).map(async (environment) => {
    const roles = intake.targetOf({ service, environment })?.gates?.roles;
    if (roles === undefined) return [];
    const who = await whoIs(by, roles, intake);
    return roleBlocks({ who, roles, role: 'deploy', deed: `lift a quarantine in ${environment}` });
  });
  return (await Promise.all(asked)).flat();
}
