/* global document */
import { blocks, text } from './blocks.js';
import { el } from './dom.js';
import { values } from './inputs.js';

function open(dialog) {
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
  return dialog;
}

/** Asks what a button wants confirmed; true when the person agrees. */
export function confirmed({ confirm }, context) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const style = confirm.style ?? 'primary';
    const dialog = el(
      'dialog',
      {},
      el('h3', {}, confirm.title?.text ?? 'Are you sure?'),
      el('div', { class: 'text' }, ...text(confirm.text, context)),
      el(
        'div',
        { class: 'actions end' },
        el(
          'button',
          { type: 'button', class: 'action', onclick: () => dialog.close('no') },
          confirm.deny?.text ?? 'Cancel',
        ),
        el(
          'button',
          { type: 'button', class: `action solid ${style}`, onclick: () => dialog.close('yes') },
          confirm.confirm?.text ?? 'Yes',
        ),
      ),
    );
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'));
    open(dialog);
  });
}

/** Shows an opened modal of the app; `submit` gets what was filled in, `dismiss` is for closing without it. */
export function modal({ id, view }, context, { submit, dismiss }) {
  document.querySelector(`dialog[data-view="${id}"]`)?.remove();
  const form = el(
    'form',
    { method: 'dialog', onsubmit: (event) => (event.preventDefault(), submit(values(form))) },
    ...blocks(view.blocks, context),
    el(
      'div',
      { class: 'actions end' },
      el(
        'button',
        { type: 'button', class: 'action', onclick: () => dialog.close() },
        view.close?.text ?? 'Cancel',
      ),
      view.submit && el('button', { type: 'submit', class: 'action solid primary' }, view.submit.text),
    ),
  );
  const dialog = el('dialog', { 'data-view': id }, el('h3', {}, view.title?.text ?? ''), form);
  dialog.addEventListener('close', () => {
    if (dialog.returnValue !== 'done') dismiss();
  });
  open(dialog);
}

export function closeModal(id) {
  document.querySelector(`dialog[data-view="${id}"]`)?.close('done');
}
