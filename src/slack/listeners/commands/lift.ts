import { roleBlocks } from '../../../domain/gate/permission.ts';
import { refusal } from '../../../domain/reasons.ts';
import type { LiftRequest } from '../../../domain/request/lift.ts';
import type { Target } from '../../../domain/target.ts';
import { gateRefused } from '../../messages/gate.ts';
import { code, shortDigest } from '../../messages/mrkdwn.ts';
import { noted, refused } from '../../messages/private.ts';
import { liftedNotice } from '../../messages/quarantine.ts';
import { answer } from '../answer.ts';
import { whoIs } from '../gate.ts';
import type { Intake } from '../intake.ts';
import { askLedger } from '../ledger.ts';
import type { Asker } from '../open.ts';
import { tell } from '../tell.ts';

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
  const work = intake.quarantine.lift(service, wish);
  const written = await askLedger({ work, otherwise: 'The lift could not be written down.' }, { to }, intake);
  if (written === undefined) return;
  const lifted = written.value;
  if (lifted === 'known') return;
  if (lifted.kind === 'lifted') {
    const message = liftedNotice(lifted.entry, { byName, reason });
    const channels = environmentsOf(service, intake).map(({ channel }) => channel);
    const { heard } = await tell({ channels, message, client: to.client }, intake);
    const { digest: whole } = lifted.entry;
    return answer(to, noted(`*Lifted* ${code(shortDigest(whole))} of ${service}; ${heard}.`));
  }
  const held = lifted.held.map((each) => shortDigest(each.digest)).join(', ');
  const summary = `No one image of ${service} in quarantine is meant by ${digest}. In quarantine: ${held || 'none'}.`;
  return answer(to, refused(refusal('NOT_QUARANTINED', summary)));
}

/** An image is lifted everywhere, so it takes somebody who may deploy the service everywhere. */
async function rolesMissing(service: string, by: string, intake: Intake) {
  const asked = environmentsOf(service, intake).map(async ({ environment, gates }) => {
    if (gates === undefined) return [];
    const { roles } = gates;
    const who = await whoIs(by, roles, intake);
    return roleBlocks({ who, roles, role: 'deploy', deed: `lift a quarantine in ${environment}` });
  });
  return (await Promise.all(asked)).flat();
}

/** Wherever the service may be deployed to. */
function environmentsOf(service: string, { catalog, targetOf }: Intake): readonly Target[] {
  return Object.keys(catalog.environments).flatMap((environment) => targetOf({ service, environment }) ?? []);
}
