import type { AllMiddlewareArgs, SlackCommandMiddlewareArgs } from '@slack/bolt';
import type { Operation } from '../../../domain/operation.ts';
import { operationLabel } from '../../../domain/operation.ts';
import { refusal } from '../../../domain/reasons.ts';
import { parseRounds } from '../../../domain/request/rounds.ts';
import type { TargetsName } from '../../../domain/request/targets.ts';
import { roundsMarkdown } from '../../../domain/rounds/markdown.ts';
import { operationsOfRounds } from '../../../ledger/operations-of-rounds.ts';
import { refused } from '../../messages/private.ts';
import { roundsHelp, roundsListed, roundsMarkdownAnswer } from '../../messages/rounds/private.ts';
import { answer } from '../answer.ts';
import { beginRounds, openRounds } from '../begin-rounds.ts';
import type { Intake } from '../intake.ts';
import { askLedger } from '../ledger.ts';
import { type Asker, addresseeOf } from '../open.ts';
import { commandSchema } from '../payloads.ts';
import { askForRound } from '../round.ts';

/** `/rounds start|status|stop|report …` */
export function roundsCommand(intake: Intake) {
  return async (args: SlackCommandMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    // Asked for first; sent once this is written down, or after 1.5 s whatever is down (src/slack/receiver.ts).
    await args.ack();
    const person = commandSchema.parse(args.command);
    const to = addresseeOf(args, person, intake);
    const asker = { person, to };
    const parsed = parseRounds(person.text, intake.catalog);
    switch (parsed.kind) {
      case 'help':
        return answer(to, roundsHelp(intake.catalog));
      case 'refused':
        return answer(to, refused(parsed.refusal));
      case 'start':
        return beginRounds(parsed.request, asker, intake);
      case 'status':
        return status(parsed.request, asker, intake);
      case 'stop':
        return stop(parsed.request, asker, intake);
      case 'report':
        return report(parsed.request, asker, intake);
    }
  };
}

async function status(request: TargetsName, asker: Asker, intake: Intake): Promise<void> {
  const found = await find(request, asker, intake);
  if (found !== undefined) await answer(asker.to, roundsListed(request.environment, found));
}

/** One of several is named, rather than all ended by a word too few. */
async function stop(request: TargetsName, asker: Asker, intake: Intake): Promise<void> {
  const found = await find(request, asker, intake);
  if (found === undefined) return;
  const [first, ...others] = found;
  if (first === undefined)
    return answer(asker.to, refused(refusal('NO_ROUNDS', `No rounds run in ${request.environment}.`)));
  if (others.length > 0) {
    const names = found.map((each) => `${operationLabel(each.id)} of ${each.request.services.join(',')}`);
    const summary = `There are several: ${names.join('; ')}. Name the service.`;
    const example = `/rounds stop ${first.request.services.join(',')} ${request.environment}`;
    return answer(asker.to, refused(refusal('USAGE', summary, example)));
  }
  const after = first.rounds?.list.length ?? 0;
  return askForRound({ way: 'stop', operation: first.id, after }, asker, intake);
}

async function report(request: TargetsName, asker: Asker, intake: Intake): Promise<void> {
  const work = lastRounds(request, intake);
  const read = await askLedger({ work, otherwise: 'The rounds could not be read.' }, asker, intake);
  if (read === undefined) return;
  if (read.value === undefined)
    return answer(asker.to, refused(refusal('NO_ROUNDS', `There were no rounds in ${request.environment}.`)));
  const { operation, children } = read.value;
  await answer(asker.to, roundsMarkdownAnswer(operation.id, roundsMarkdown(operation, children)));
}

async function find(
  request: TargetsName,
  asker: Asker,
  intake: Intake,
): Promise<readonly Operation[] | undefined> {
  const work = openRounds(request, intake.ledger);
  const read = await askLedger({ work, otherwise: 'The rounds could not be looked up.' }, asker, intake);
  return read?.value;
}

/** Those under way, else those of which the last operation of a service is a round. */
async function lastRounds(request: TargetsName, { ledger }: Intake) {
  const [open] = await openRounds(request, ledger);
  const operation = open ?? (await endedRounds(request, ledger));
  if (operation === undefined) return undefined;
  return { operation, children: await operationsOfRounds(operation, ledger) };
}

async function endedRounds(
  { services, environment }: TargetsName,
  ledger: Intake['ledger'],
): Promise<Operation | undefined> {
  for (const service of services) {
    const last = await ledger.lastOf({ service, environment });
    const own = last === undefined ? undefined : await ledger.operation(last);
    const parent = own?.request.parent?.operation;
    const operation = parent === undefined ? own : await ledger.operation(parent);
    if (operation?.rounds !== undefined) return operation;
  }
  return undefined;
}
