import { historyOf } from '../../../domain/history.ts';
import { refusal } from '../../../domain/reasons.ts';
import type { HistoryRequest } from '../../../domain/request/history.ts';
import { historyAnswer } from '../../messages/history.ts';
import { refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { knownTargets } from '../begin.ts';
import { lookInCloud } from '../cloud.ts';
import { type Intake, withinPatience } from '../intake.ts';
import type { Asker } from '../open.ts';

/** `/deploy history <service> <environment> [before:<revision>]`: its revisions, whoever made them. */
export async function history(request: HistoryRequest, asker: Asker, intake: Intake): Promise<void> {
  const { service, environment, before = '' } = request;
  const [target] = (await knownTargets({ services: [service], environment }, asker, intake)) ?? [];
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
  const page = historyOf({
    revisions: found.revisions,
    serving: found.service?.serving ?? [],
    served: kept.kind === 'kept' ? kept.value : [],
    before: request.before,
  });
  if (page !== undefined) return answer(asker.to, historyAnswer(request, page, now()));
  const summary = `Cloud Run lists no revision ${before} of ${service} in ${environment}.`;
  return answer(asker.to, refused(refusal('USAGE', summary, `/deploy history ${service} ${environment}`)));
}
