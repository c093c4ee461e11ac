import type { ModalView } from '@slack/types';
import type { Operation } from '../../domain/operation.ts';
import { type Draft, draft } from './draft.ts';
import type { BypassValue } from './gate-buttons.ts';
import { brief, clip, code } from './mrkdwn.ts';

export const bypassView = 'bypass';
const block = 'reason';
const field = 'text';

/** Tells the channel that somebody goes past the gates, and why. */
export function bypassReply({ request }: Operation): Draft | undefined {
  const { bypass, byName } = request;
  if (bypass === undefined) return undefined;
  const gates = bypass.blocks.map((each) => code(each)).join(', ');
  return draft({
    key: 'bypass',
    lines: [
      `*Emergency bypass* by ${brief(byName)}: “${brief(bypass.reason)}”`,
      gates === '' ? 'No gate is closed now.' : `*Closed gates* ${gates}`,
      'It goes on only when a second person approves it.',
    ],
    broadcast: true,
  });
}

/** Asks for the reason of an emergency. */
export function bypassModal(value: BypassValue & { readonly channel: string }): ModalView {
  const { services, environment, ref, image } = value;
  const text = `Deploy ${services.join(', ')} to ${environment}, ${image === undefined ? `ref ${ref}` : `image ${image}`}, past its gates. A second person must approve it, and the channel is told.`;
  return {
    type: 'modal',
    callback_id: bypassView,
    private_metadata: JSON.stringify(value),
    title: { type: 'plain_text', text: 'Emergency bypass' },
    submit: { type: 'plain_text', text: 'Ask for approval' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      { type: 'section', text: { type: 'plain_text', text: clip(text, 3_000) } },
      {
        type: 'input',
        block_id: block,
        label: { type: 'plain_text', text: 'Why can it not wait?' },
        element: { type: 'plain_text_input', action_id: field, max_length: 200 },
      },
    ],
  };
}

/** Where the reason stands among the values of the view. */
export const reasonField = { block, field } as const;
