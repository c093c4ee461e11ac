import { z } from 'zod';
import {
  accessory,
  actionElement,
  button,
  contextElement,
  hasOneSource,
  id,
  imageElement,
  imageSource,
  inputElement,
  mrkdwn,
  oneSource,
  plainText,
  text,
} from './parts.ts';
import { richText } from './rich-text.ts';

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id: id,
    text: text(3000).optional(),
    fields: z.array(text(2000)).min(1).max(10).optional(),
    accessory: accessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine(
    (block) => block.text !== undefined || block.fields !== undefined,
    'missing required field: text or fields',
  );

const header = z.strictObject({
  type: z.literal('header'),
  block_id: id,
  text: plainText(150),
  level: z.int().optional(),
});
const divider = z.strictObject({ type: z.literal('divider'), block_id: id });
const context = z.strictObject({
  type: z.literal('context'),
  block_id: id,
  elements: z.array(contextElement).min(1).max(10),
});
const actions = z.strictObject({
  type: z.literal('actions'),
  block_id: id,
  elements: z.array(actionElement).min(1).max(25),
});
const image = z
  .strictObject({
    type: z.literal('image'),
    block_id: id,
    ...imageSource,
    alt_text: z.string().min(1).max(2000),
    title: plainText(2000).optional(),
  })
  .refine(hasOneSource, oneSource);
const markdown = z.strictObject({
  type: z.literal('markdown'),
  block_id: id,
  text: z.string().min(1).max(12_000),
});
const input = z.strictObject({
  type: z.literal('input'),
  block_id: id,
  label: plainText(2000),
  element: inputElement,
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});

const taskCard = z.strictObject({
  type: z.literal('task_card'),
  block_id: id,
  task_id: z.string().min(1),
  title: z.string().min(1),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
  details: richText.optional(),
  output: richText.optional(),
  sources: z
    .array(z.strictObject({ type: z.literal('url'), url: z.string().min(1), text: z.string().min(1) }))
    .optional(),
});
const plan = z.strictObject({
  type: z.literal('plan'),
  block_id: id,
  title: z.string().min(1),
  tasks: z.array(taskCard).optional(),
});

const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().min(1) }),
  richText,
]);
const cells = z.array(cell).min(1).max(20);
const table = z.strictObject({
  type: z.literal('table'),
  block_id: id,
  rows: z.array(cells).min(1).max(100),
  column_settings: z
    .array(
      z
        .strictObject({
          align: z.enum(['left', 'center', 'right']).optional(),
          is_wrapped: z.boolean().optional(),
        })
        .nullable(),
    )
    .max(20)
    .optional(),
});
const dataTable = z.strictObject({
  type: z.literal('data_table'),
  block_id: id,
  caption: z.string().min(1),
  rows: z.array(cells).min(2).max(201),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).max(19).optional(),
});

const card = z
  .strictObject({
    type: z.literal('card'),
    block_id: id,
    hero_image: imageElement.optional(),
    icon: imageElement.optional(),
    title: text(150).optional(),
    subtitle: text(150).optional(),
    body: text(200).optional(),
    actions: z.array(button).optional(),
  })
  .refine((c) => c.hero_image ?? c.title ?? c.actions ?? c.body, 'missing required field: title');

const container = z
  .strictObject({
    type: z.literal('container'),
    block_id: id,
    title: plainText(150).optional(),
    rich_text_title: richText.optional(),
    subtitle: z.discriminatedUnion('type', [plainText(150), mrkdwn(150)]).optional(),
    child_blocks: z
      .array(
        z.discriminatedUnion('type', [
          actions,
          context,
          divider,
          header,
          image,
          input,
          richText,
          section,
          table,
        ]),
      )
      .min(1)
      .max(10),
    width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
    icon: imageElement.optional(),
    is_collapsible: z.boolean().optional(),
    default_collapsed: z.boolean().optional(),
    has_header_divider: z.boolean().optional(),
  })
  .refine((c) => c.title ?? c.rich_text_title, 'missing required field: title');

const alert = z.strictObject({
  type: z.literal('alert'),
  block_id: id,
  text: text(3000),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
});

/** Every block this stand-in knows; a type that is not here is refused. */
export const knownBlock = z.discriminatedUnion('type', [
  section,
  header,
  divider,
  context,
  actions,
  image,
  markdown,
  input,
  richText,
  taskCard,
  plan,
  table,
  dataTable,
  card,
  container,
  alert,
]);
