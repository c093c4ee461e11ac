import { historyOf } from '../../../domain/history.ts';
import type { TargetName } from '../../../domain/request/catalog.ts';
import { historyAnswer } from '../../messages/history.ts';
import { answer } from '../answer.ts';
import { knownTargets } from '../begin.ts';
import { lookInCloud } from '../cloud.ts';
import { type Intake, withinPatience } from '../intake.ts';
import type { Asker } from '../open.ts';

/** `/deploy history <service> <environment>`: its last revisions, whoever made them. */
export async function history(name: TargetName, asker: Asker, intake: Intake): Promise<void> {
  const [target] = (await knownTargets({ ...name, services: [name.service] }, asker, intake)) ?? [];
  if (target === undefined) return;
  const { run, served, now } = intake;
  const look = async (signal: AbortSignal) => {
    const service = await run.service(target, signal);
    // Without the service there is no list to ask for.
    return { service, revisions: service === undefined ? [] : await run.history(target, signal) };
  };
  const known = withinPatience(served.list(target));
  const found = await lookInCloud(look, asker, intake);
  const kept = await known;
  if (found === undefined) return;
  const rows = historyOf({
    revisions: found.revisions,
    serving: found.service?.serving ?? [],
    served: kept.kind === 'kept' ? kept.value : [],
  });
  return answer(asker.to, historyAnswer(name, rows, now()));
}
