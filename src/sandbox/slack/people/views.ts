import { z } from 'zod';
import { presentView } from '../api/views.ts';
import { eventPayload, submitPayload } from '../socket/payloads.ts';
import type { Delivery } from '../types.ts';
import { sceneOf, told } from './office.ts';
import type { Office } from './office.ts';

export interface DismissInput {
  readonly user: string;
  readonly viewId: string;
}

export interface SubmitInput extends DismissInput {
  /** block_id → action_id → what the field holds, as in Slack's `view.state.values`. */
  readonly values: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const keepsOpen = z.object({ response_action: z.enum(['errors', 'update', 'push']) });

/** Opens the app's Home tab: the event `app_home_opened`. */
export async function openHome(office: Office, user: string): Promise<Delivery> {
  const scene = sceneOf(office, user);
  const stored = office.store.home(user);
  const event = {
    type: 'app_home_opened',
    channel: `D${user.slice(1)}`,
    tab: 'home',
    event_ts: office.store.nextTs(),
    ...(stored ? { view: presentView(office, stored) } : {}),
  };
  return told(office, user, await office.envelopes.send('events_api', eventPayload(scene, event)));
}

/**
 * Submits a modal. An ack closes it, unless it says `response_action` errors or update.
 * @throws Error when this person has no such modal open.
 */
export async function submit(office: Office, { user, viewId, values }: SubmitInput): Promise<Delivery> {
  const stored = office.store.modal(viewId);
  if (stored?.user !== user) throw new Error(`${user} has no open modal ${viewId}`);
  const view = { ...presentView(office, stored), state: { values } };
  const payload = submitPayload(sceneOf(office, user), { view, triggerId: office.triggers.issue(user) });
  const delivery = await office.envelopes.send('interactive', payload);
  const stays = keepsOpen.safeParse(delivery.response).success;
  if (delivery.outcome === 'acked' && !stays) office.store.closeModal(viewId);
  return told(office, user, delivery);
}

/** Slack tells the app only when the view asked for `notify_on_close`, which is not modelled. */
export function dismiss({ store }: Office, { user, viewId }: DismissInput): Promise<void> {
  if (store.modal(viewId)?.user === user) store.closeModal(viewId);
  return Promise.resolve();
}
