import { el } from './dom.js';

function control({
  type,
  action_id: action = '',
  multiline,
  placeholder,
  initial_value: initial,
  options = [],
}) {
  const common = { 'data-field': action, 'data-type': type, name: action };
  if (type === 'static_select')
    return el(
      'select',
      common,
      ...options.map((option) => el('option', { value: option.value }, option.text.text)),
    );
  if (type === 'radio_buttons')
    return el(
      'div',
      common,
      ...options.map((option) =>
        el('label', {}, el('input', { type: 'radio', name: action, value: option.value }), option.text.text),
      ),
    );
  if (multiline) return el('textarea', { ...common, rows: 4, placeholder: placeholder?.text }, initial ?? '');
  return el('input', { ...common, value: initial, placeholder: placeholder?.text });
}

/** An `input` block of a modal. */
export function input(block) {
  return el(
    'label',
    { class: 'field', 'data-block': block.block_id ?? '' },
    el('strong', {}, block.label.text, block.optional ? ' (optional)' : ''),
    control(block.element),
    block.hint && el('span', { class: 'muted' }, block.hint.text),
  );
}

function valueOf(node) {
  const { type } = node.dataset;
  if (type === 'static_select') {
    const [chosen] = node.selectedOptions;
    return {
      type,
      selected_option: chosen
        ? { value: chosen.value, text: { type: 'plain_text', text: chosen.textContent } }
        : null,
    };
  }
  if (type === 'radio_buttons') {
    const chosen = node.querySelector('input:checked');
    return { type, selected_option: chosen ? { value: chosen.value } : null };
  }
  return { type, value: node.value === '' ? null : node.value };
}

/** What was filled in: block_id → action_id → value, as in Slack's `view.state.values`. */
export function values(form) {
  const result = {};
  for (const field of form.querySelectorAll('[data-field]')) {
    const block = field.closest('[data-block]')?.dataset.block ?? '';
    result[block] = { ...result[block], [field.dataset.field]: valueOf(field) };
  }
  return result;
}
