import type { WebClient } from '@slack/web-api';
import type { RespondFn } from '@slack/bolt';
import type { EventOf } from '../../domain/events.ts';
import type { Opened } from '../../ledger/ledger.ts';
import { refusal } from '../../domain/reasons.ts';
import { accepted, refused } from '../messages/private.ts';
import { type Addressee, answer } from './answer.ts';
import { type Intake, withinPatience } from './intake.ts';
import { clickSchema, type CommandPayload } from './payloads.ts';

/** The answer is not kept back for what only adds to it. */
const usualWithinMs = 300;

/** What was asked for; who asked and where comes from the command. */
export type Asked = Pick<
  EventOf<'requested'>,
  | 'kind'
  | 'services'
  | 'environment'
  | 'ref'
  | 'plan'
  | 'parts'
  | 'channel'
  | 'revision'
  | 'retryOf'
  | 'issue'
  | 'bypass'
  | 'rounds'
  | 'suites'
  | 'build'
  | 'image'
  | 'back'
>;

/** Who asks, where, and by which delivery: the same one makes no second operation. */
export type Person = Omit<CommandPayload, 'text'>;

export interface Asker {
  readonly person: Person;
  readonly to: Addressee;
  /** Whether a delivery that was seen before is another click, to be answered like the first. Default false. */
  readonly repeats?: boolean;
  /** Hears the id of what was opened, also when it had been before. */
  readonly opened?: (operation: string) => Promise<void>;
}

export interface Asking extends Asker {
  readonly asked: Asked;
}

/** Writes the operation down, which is the promise to do it, starts it, and says so in private. */
export async function openOperation(asking: Asking, intake: Intake): Promise<void> {
  const { asked, person, to, repeats = false, opened: hear } = asking;
  const { ledger, log, now } = intake;
  const { by, byName, typedIn, deliveryId } = person;
  const opening = ledger.open({ ...asked, by, byName, typedIn, deliveryId, at: now() });
  const opened = await withinPatience(opening);
  // Delivered again: it runs and was answered.
  if (opened.kind === 'kept' && !opened.value.isNew && !repeats) return;
  if (opened.kind === 'kept') return start(opened.value);
  log.error({ err: opened.cause }, 'the ledger did not take a command');
  // A Redis that was only slow may still take it; then the person hears that it goes on after all.
  void opening.then(start).catch(() => undefined);
  return answer(to, refused(refusal('LEDGER_UNAVAILABLE', 'Your command could not be written down.')));

  async function start({ id, behind }: Opened): Promise<void> {
    // Written down is promised: should this fail, the sweep of any worker starts it.
    const submitted = await withinPatience(intake.producer.submit(id));
    if (submitted.kind === 'unavailable')
      log.warn({ err: submitted.cause, operation: id }, 'left to the sweep');
    // The deploy that a rollback stops may be waiting for an approval.
    if (asked.kind === 'rollback' && behind !== undefined) await withinPatience(intake.producer.wake(behind));
    await hear?.(id);
    const past = await withinPatience(intake.durations.usual(asked), usualWithinMs);
    await answer(to, accepted(id, asked.channel, past.kind === 'kept' ? past.value.whole : undefined));
  }
}

/** Whom to answer, from what Bolt gives a listener. */
export function addresseeOf(
  { respond, client }: Pick<Addressee, 'respond' | 'client'>,
  { typedIn, by }: Person,
  { log }: Intake,
): Addressee {
  return { respond, client, channel: typedIn, user: by, log };
}

interface Clicked {
  readonly body: unknown;
  readonly respond: RespondFn;
  readonly client: WebClient;
}

/** Who clicked, and whom to answer, from what Bolt gives a listener. */
export function clickedBy({ body, respond, client }: Clicked, { log }: Intake): Asker {
  const { by, byName, channel, threadTs, deliveryId, window } = clickSchema.parse(body);
  return {
    person: { by, byName, typedIn: channel, deliveryId },
    to: { respond, client, channel, user: by, threadTs, window, log },
  };
}
