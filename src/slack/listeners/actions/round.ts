import type { AllMiddlewareArgs, BlockAction, ButtonAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import { refusal } from '../../../domain/reasons.ts';
import { decideRound, type RoundHand } from '../../../domain/rounds/ask.ts';
import { refused } from '../../messages/private.ts';
import { nextRoundModal, readRound, type RoundValue } from '../../messages/rounds/buttons.ts';
import { answer } from '../answer.ts';
import { type Intake, withinPatience } from '../intake.ts';
import { type Asker, clickedBy } from '../open.ts';
import { askForRound } from '../round.ts';

type Click = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;

/** Milliseconds: the window must be opened within 3 s of the click. */
const lookMs = 1_000;

/** The buttons between two rounds: Deploy next round asks for the ref first. */
export function roundAction(way: RoundHand, intake: Intake) {
  return async (args: Click): Promise<void> => {
    await args.ack();
    const asker = clickedBy(args, intake);
    const value = readRound(args.action.value);
    if (value === undefined)
      return answer(asker.to, refused(refusal('NOT_FOUND', 'This button is not one of ours.')));
    if (way !== 'deploy') return askForRound({ ...value, way }, asker, intake);
    return openWindow(value, { args, asker, intake });
  };
}

interface Opening {
  readonly args: Click;
  readonly asker: Asker;
  readonly intake: Intake;
}

/** Whether the person may is decided when the ref is given; a button of before says at once that it is over. */
async function openWindow(value: RoundValue, { args, asker, intake }: Opening): Promise<void> {
  const { by, byName, typedIn: channel } = asker.person;
  const read = await withinPatience(intake.ledger.operation(value.operation), lookMs);
  const operation = read.kind === 'kept' ? read.value : undefined;
  const click = { at: intake.now(), after: value.after, way: 'deploy' as const, by, byName };
  const decided = decideRound(operation, click);
  if (read.kind === 'kept' && decided.kind === 'refuse') return answer(asker.to, refused(decided.refusal));
  const ref = operation?.rounds?.list.findLast(({ way }) => way === 'deploy')?.ref ?? '';
  await args.client.views.open({
    trigger_id: args.body.trigger_id,
    view: nextRoundModal({ value, channel, threadTs: asker.to.threadTs, ref }),
  });
}
