import { presentView } from '../api/views.ts';
import { clickPayload, homeClickPayload } from '../socket/payloads.ts';
import { findButton, optionOf } from '../socket/buttons.ts';
import type { Block, Delivery, Ephemeral, StoredMessage } from '../types.ts';
import { sceneAt, sceneOf, told } from './office.ts';
import type { Office } from './office.ts';

export interface ClickInput {
  readonly user: string;
  readonly channel: string;
  readonly ts: string;
  readonly actionId: string;
  /** Of a menu, the option that is chosen. */
  readonly value?: string;
  /** Somebody clicks a button they saw before and that is gone now. */
  readonly stale?: boolean;
}

function clickable({ store }: Office, { user, channel, ts }: ClickInput): StoredMessage | Ephemeral {
  const shown = store.ephemeral(ts);
  const target = shown?.user === user ? shown : store.find(channel, ts);
  if (!target) throw new Error(`${user} sees no message ${ts} in ${channel}`);
  return target;
}

/** What Slack sends of a button: not its confirmation, not its label for screen readers. */
function actionOf(
  target: Pick<StoredMessage, 'blocks' | 'ts'>,
  { actionId, value, stale = false, ts }: Omit<ClickInput, 'user' | 'channel'>,
): Record<string, unknown> {
  const found = findButton(target, actionId, value);
  const withValue = value === undefined ? '' : ` with the value ${value}`;
  if (!found && !stale) throw new Error(`message ${ts} has no button ${actionId}${withValue}`);
  if (found?.element['type'] === 'static_select') {
    const selected = optionOf(found.element, value);
    if (selected === undefined)
      throw new Error(`menu ${actionId} has an option to be chosen: name its value`);
    const { placeholder } = found.element;
    return {
      type: 'static_select',
      block_id: found.blockId,
      action_id: actionId,
      selected_option: selected,
      ...(placeholder === undefined ? {} : { placeholder }),
    };
  }
  const {
    text,
    value: ownValue,
    url,
    style,
  } = found?.element ?? { text: { type: 'plain_text', text: actionId }, value };
  return {
    type: 'button',
    block_id: found?.blockId ?? 'gone',
    action_id: actionId,
    text,
    ...(ownValue === undefined ? {} : { value: ownValue }),
    ...(url === undefined ? {} : { url }),
    ...(style === undefined ? {} : { style }),
  };
}

/**
 * Clicks a button, or chooses from a menu; resolves when the click is acked or given up.
 * @throws Error when the message has no such button now, unless `stale` is set.
 */
export async function click(office: Office, input: ClickInput): Promise<Delivery> {
  const { user, channel, ts } = input;
  const scene = sceneAt(office, user, channel);
  const target = clickable(office, input);
  const action = { ...actionOf(target, input), action_ts: office.store.nextTs() };
  const thread = target.threadTs === undefined ? {} : { threadTs: target.threadTs };
  const payload = clickPayload(scene, {
    target,
    action,
    responseUrl: office.responseUrls.create({ user, channel, originalTs: ts, ...thread }),
    triggerId: office.triggers.issue(user),
  });
  return told(office, user, await office.envelopes.send('interactive', payload));
}

/** A button on the Home tab of a person; buttons of one name are told apart by their value. */
export type HomeClickInput = Pick<ClickInput, 'user' | 'actionId' | 'value'>;

/** Clicks a button of the Home tab. @throws Error when this person's tab has no such button now. */
export async function clickHome(office: Office, input: HomeClickInput): Promise<Delivery> {
  const { user } = input;
  const stored = office.store.home(user);
  if (stored === undefined) throw new Error(`${user} has no Home tab`);
  const blocks = stored.view['blocks'] as readonly Block[];
  const action = actionOf({ blocks, ts: stored.id }, { ...input, ts: 'Home' });
  const payload = homeClickPayload(sceneOf(office, user), {
    view: presentView(office, stored),
    action: { ...action, action_ts: office.store.nextTs() },
    triggerId: office.triggers.issue(user),
  });
  return told(office, user, await office.envelopes.send('interactive', payload));
}
