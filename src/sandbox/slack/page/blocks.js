import { el, picture } from './dom.js';
import { markdown } from './markdown.js';
import { mrkdwn } from './mrkdwn.js';
import { input } from './inputs.js';
import { richText } from './rich-text.js';
import { withEmoji } from './words.js';

/**
 * @typedef {{ workspace: object, onClick?: (element: object) => void, opened: Map<string, boolean>, key: string }} Context
 * `opened` remembers which task a person opened or closed; `key` names the message in it.
 */

export function text(object, { workspace }) {
  return object.type === 'mrkdwn' ? mrkdwn(object.text, workspace) : [withEmoji(object.text)];
}

function button(element, context) {
  const style = element.style ? ` ${element.style}` : '';
  return el(
    'button',
    {
      type: 'button',
      class: `action${style}`,
      'data-action': `${context.key}/${element.action_id ?? ''}/${element.value ?? ''}`,
      'aria-label': element.accessibility_label,
      disabled: !context.onClick,
      onclick: () => context.onClick?.(element),
    },
    withEmoji(element.text.text),
  );
}

/** Where an image is: elsewhere, or among the files of this workspace. */
function source({ image_url: url, slack_file: file }) {
  if (!file) return url;
  const id = file.id ?? /\b(F[A-Z0-9]{8,})\b/u.exec(file.url ?? '')?.[1];
  return `/file/${id}`;
}

/** Choosing acts at once, and the menu shows its name again. */
function menu(element, context) {
  const choose = ({ target }) => {
    context.onClick?.({ ...element, value: target.value });
    target.value = '';
  };
  return el(
    'select',
    {
      class: 'action',
      'data-action': `${context.key}/${element.action_id ?? ''}`,
      'aria-label': element.placeholder?.text,
      disabled: !context.onClick,
      onchange: choose,
    },
    el('option', { value: '' }, element.placeholder?.text ?? ''),
    ...element.options.map((option) => el('option', { value: option.value }, option.text.text)),
  );
}

function element(item, context) {
  if (item.type === 'button') return button(item, context);
  if (item.type === 'image') return picture(source(item), item.alt_text, 'small');
  if (item.type === 'static_select') return menu(item, context);
  if (item.type === 'mrkdwn' || item.type === 'plain_text') return el('span', {}, ...text(item, context));
  return el('span', { class: 'muted' }, `[${item.type}]`);
}

const marks = { pending: '○', in_progress: '', complete: '✓', error: '✕' };
const spoken = { pending: 'pending', in_progress: 'in progress', complete: 'complete', error: 'failed' };

function taskBody(task, { workspace }) {
  const sources = (task.sources ?? []).map(({ url, text: label }) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'link', url, text: label }] }],
  }));
  return [task.details, task.output, ...sources].filter(Boolean).map((block) => richText(block, workspace));
}

function taskCard(task, context) {
  const mark = el(
    'span',
    { class: `mark ${task.status}`, role: 'img', 'aria-label': spoken[task.status] },
    marks[task.status],
  );
  const title = el('span', { class: 'title' }, withEmoji(task.title));
  const body = taskBody(task, context);
  if (body.length === 0) return el('div', { class: 'task plain' }, mark, title);
  const key = `${context.key}/${task.task_id}`;
  const isOpen = context.opened.get(key) ?? ['in_progress', 'error'].includes(task.status);
  const summary = el('summary', { 'data-action': key }, mark, title);
  // A click and not `toggle`: that one also fires when the page itself opens a task.
  summary.addEventListener('click', () => context.opened.set(key, !summary.parentElement.open));
  return el('details', { class: 'task', open: isOpen }, summary, el('div', { class: 'task-body' }, ...body));
}

function plan(block, context) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter(({ status }) => status === 'complete').length;
  return el(
    'section',
    { class: 'plan' },
    el(
      'div',
      { class: 'plan-title' },
      el('strong', {}, withEmoji(block.title)),
      el('span', { class: 'muted' }, `${done}/${tasks.length}`),
    ),
    ...tasks.map((task) => taskCard(task, context)),
  );
}

function cell(item, { workspace }) {
  return item.type === 'rich_text' ? richText(item, workspace) : item.text;
}

function table(block, context) {
  const [head = [], ...rows] = block.rows;
  const align = (column) => block.column_settings?.[column]?.align;
  const row = (cells, tag) =>
    el(
      'tr',
      {},
      ...cells.map((item, column) =>
        el(
          tag,
          { class: align(column) ?? (item.type === 'raw_number' ? 'right' : undefined) },
          cell(item, context),
        ),
      ),
    );
  return el(
    'div',
    { class: 'scroll' },
    el(
      'table',
      {},
      block.caption && el('caption', {}, block.caption),
      el('thead', {}, row(head, 'th')),
      el('tbody', {}, ...rows.map((cells) => row(cells, 'td'))),
    ),
  );
}

function section(block, context) {
  const fields = block.fields?.map((field) => el('div', {}, ...text(field, context)));
  return el(
    'div',
    { class: 'section' },
    el(
      'div',
      { class: 'grow' },
      block.text && el('div', { class: 'text' }, ...text(block.text, context)),
      fields && el('div', { class: 'fields text' }, ...fields),
    ),
    block.accessory && element(block.accessory, context),
  );
}

const renderers = {
  section,
  plan,
  table,
  task_card: taskCard,
  data_table: table,
  input: (block) => input(block),
  rich_text: (block, { workspace }) => richText(block, workspace),
  header: (block) => el('h3', {}, withEmoji(block.text.text)),
  divider: () => el('hr'),
  markdown: (block) => el('div', { class: 'rich' }, ...markdown(block.text)),
  alert: (block, context) =>
    el('div', { class: `alert ${block.level ?? 'default'}` }, ...text(block.text, context)),
  context: (block, context) =>
    el('div', { class: 'context' }, ...block.elements.map((item) => element(item, context))),
  actions: (block, context) =>
    el('div', { class: 'actions' }, ...block.elements.map((item) => element(item, context))),
  image: (block) =>
    el(
      'figure',
      {},
      block.title && el('figcaption', {}, block.title.text),
      picture(source(block), block.alt_text, 'large'),
    ),
  card: (block, context) =>
    el(
      'div',
      { class: 'card' },
      ...[block.title, block.subtitle, block.body]
        .filter(Boolean)
        .map((part) => el('div', { class: 'text' }, ...text(part, context))),
      el('div', { class: 'actions' }, ...(block.actions ?? []).map((item) => element(item, context))),
    ),
  container: (block, context) =>
    el(
      'details',
      { class: 'card', open: !block.default_collapsed },
      el('summary', {}, block.title?.text ?? ''),
      ...blocks(block.child_blocks, context),
    ),
};

/** @param {object[]} list @param {Context} context */
export function blocks(list, context) {
  return list.map(
    (block) => renderers[block.type]?.(block, context) ?? el('p', { class: 'muted' }, `[${block.type}]`),
  );
}
