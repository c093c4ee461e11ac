import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { homeUnavailable } from '../../messages/home.ts';
import { type Intake, withinPatience } from '../intake.ts';
import { homeOpenedSchema } from '../payloads.ts';

/** Somebody opened slipway in Slack. Tabs are drawn by workers, so that a tab has one writer. */
export function homeOpenedEvent(intake: Intake) {
  return async ({
    body,
    client,
  }: SlackEventMiddlewareArgs<'app_home_opened'> & AllMiddlewareArgs): Promise<void> => {
    const { user, tab, hash } = homeOpenedSchema.parse(body);
    if (tab !== 'home') return;
    const asked = await withinPatience(ask());
    if (asked.kind === 'kept') return;
    intake.log.error({ err: asked.cause }, 'the Home tab could not be asked for');
    await client.views.publish({ user_id: user, view: homeUnavailable() });

    async function ask(): Promise<void> {
      await intake.homeNotes.opened({ user, hash, at: intake.now() });
      await intake.home.open(user);
    }
  };
}
