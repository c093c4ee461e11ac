import { el } from './dom.js';
import { state } from './state.js';

/** Slack escapes what people type; a name of the app becomes a mention. */
function asSent(typed) {
  const { app } = state.workspace;
  const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll(`@${app.name}`, `<@${app.userId}>`);
}

function hints(form, input) {
  const box = form.querySelector('.hints');
  const typed = input.value;
  const fitting = /^\/\w*$/u.test(typed)
    ? state.workspace.commands.filter((name) => name.startsWith(typed))
    : [];
  box.hidden = fitting.length === 0 || fitting[0] === typed;
  const take = (name) => () => {
    input.value = `${name} `;
    box.hidden = true;
    input.focus();
  };
  box.replaceChildren(...fitting.map((name) => el('button', { type: 'button', onclick: take(name) }, name)));
}

/** Wires one message box: commands in a channel, mentions anywhere. */
export function compose({ form, act, tell, inThread }) {
  const input = form.elements.namedItem('text');
  input.placeholder = inThread ? 'Reply, or @slipway …' : 'Message, or /deploy backend staging';
  input.addEventListener('input', () => {
    if (!inThread) hints(form, input);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = input.value.trim();
    if (typed === '') return;
    const { channel } = state;
    if (typed.startsWith('/') && inThread) {
      tell(`${typed.split(' ')[0]} is not supported in threads. Sorry!`);
      return;
    }
    input.value = '';
    form.querySelector('.hints').hidden = true;
    if (typed.startsWith('/')) void act('command', { channel, text: typed });
    else void act('say', { channel, text: asSent(typed), ...(inThread ? { threadTs: state.thread } : {}) });
  });
}
