import { z } from 'zod';

const bounded = (max: number): z.ZodString => z.string().min(1).max(max);

/** `block_id` and `action_id`. */
export const id = bounded(255).optional();

export const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: bounded(max), emoji: z.boolean().optional() });

export const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: bounded(max), verbatim: z.boolean().optional() });

export const text = (max: number) => z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);

const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: text(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});

const url = (max: number) => bounded(max).regex(/^(https?|mailto|slack):/u, 'must be a valid URL');

export const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: id,
  value: z.string().max(2000).optional(),
  url: url(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: z.string().max(75).optional(),
});

/** Either of the two is needed, and both are refused. */
const slackFile = z
  .strictObject({
    id: z
      .string()
      .regex(/^[F][A-Z0-9]{8,}$/u, 'input must match regex pattern: ^[F][A-Z0-9]{8,}$')
      .optional(),
    url: url(3000).optional(),
  })
  .refine((file) => (file.id === undefined) !== (file.url === undefined), 'invalid slack file');

export const imageSource = { image_url: url(3000).optional(), slack_file: slackFile.optional() };

export function hasOneSource(image: { image_url?: unknown; slack_file?: unknown }): boolean {
  return (image.image_url === undefined) !== (image.slack_file === undefined);
}
export const oneSource = 'must have either image_url or slack_file';

export const imageElement = z
  .strictObject({ type: z.literal('image'), ...imageSource, alt_text: bounded(2000) })
  .refine(hasOneSource, oneSource);

const option = z.strictObject({
  text: text(75),
  value: bounded(150).optional(),
  description: text(75).optional(),
  url: url(3000).optional(),
});

const overflow = z.strictObject({
  type: z.literal('overflow'),
  action_id: id,
  options: z.array(option).min(1).max(5),
  confirm: confirm.optional(),
});

const select = z.strictObject({
  type: z.enum(['static_select', 'multi_static_select']),
  action_id: id,
  placeholder: plainText(150).optional(),
  options: z.array(option).min(1).max(100),
  initial_option: option.optional(),
  initial_options: z.array(option).optional(),
  max_selected_items: z.int().min(1).optional(),
  confirm: confirm.optional(),
  focus_on_load: z.boolean().optional(),
});

const choices = z.strictObject({
  type: z.enum(['checkboxes', 'radio_buttons']),
  action_id: id,
  options: z.array(option).min(1).max(10),
  initial_option: option.optional(),
  initial_options: z.array(option).optional(),
  confirm: confirm.optional(),
  focus_on_load: z.boolean().optional(),
});

const plainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: id,
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
  placeholder: plainText(150).optional(),
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: z.strictObject({ trigger_actions_on: z.array(z.string()) }).optional(),
});

export const actionElement = z.discriminatedUnion('type', [button, overflow, select, choices]);
export const accessory = z.discriminatedUnion('type', [button, overflow, select, choices, imageElement]);
export const contextElement = z.discriminatedUnion('type', [imageElement, plainText(3000), mrkdwn(3000)]);
export const inputElement = z.discriminatedUnion('type', [plainTextInput, select, choices]);
