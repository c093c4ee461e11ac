/* global document, window, fetch, EventSource, localStorage, matchMedia */
import { blocks } from './blocks.js';
import { closeModal, confirmed, modal } from './dialogs.js';
import { el } from './dom.js';
import { compose } from './composer.js';
import { fill } from './list.js';
import { messageNode } from './message.js';
import { apply, channelMessages, newestThread, replies, reset, state, threadMessages } from './state.js';

const $ = (id) => document.getElementById(id);
const onPhone = () => matchMedia('(max-width: 800px)').matches;
let stream;

function tell(text) {
  $('status').textContent = text;
}

async function act(action, input) {
  const answer = await fetch(`/act/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: state.user, ...input }),
  });
  const body = await answer.json();
  tell(answer.ok ? '' : body.error);
}

async function click(message, element, context) {
  if (!(await confirmed(element, context))) return;
  if (element.url) window.open(element.url, '_blank', 'noopener,noreferrer');
  const { channel, ts } = message;
  await act('click', { channel, ts, actionId: element.action_id, value: element.value });
}

async function clickHome(element, context) {
  if (!(await confirmed(element, context))) return;
  if (element.url) window.open(element.url, '_blank', 'noopener,noreferrer');
  await act('click-home', { actionId: element.action_id, value: element.value });
}

function openThread(ts) {
  state.thread = ts;
  render();
}

const draw = (inThread) => (message) =>
  messageNode(message, {
    workspace: state.workspace,
    opened: state.opened,
    onClick: click,
    openThread,
    replies: inThread ? [] : replies(message.ts),
    inThread,
  });

function renderSide() {
  const { workspace, channel, atHome } = state;
  const entry = (label, current, onclick) =>
    el(
      'li',
      {},
      el('button', { type: 'button', 'aria-current': current ? 'page' : undefined, onclick }, label),
    );
  $('team').textContent = workspace.team.name;
  $('channels').replaceChildren(
    ...workspace.channels.map(({ id, name }) =>
      entry(`# ${name}`, !atHome && id === channel, () => showChannel(id)),
    ),
  );
  $('apps').replaceChildren(entry(workspace.app.name, atHome, showHome));
  $('who').replaceChildren(
    ...workspace.people.map(({ id, name }) => el('option', { value: id, selected: id === state.user }, name)),
  );
}

function renderHome() {
  const context = {
    workspace: state.workspace,
    opened: state.opened,
    key: 'home',
    onClick: (element) => clickHome(element, context),
  };
  const view = state.home?.view;
  const content = view
    ? blocks(view.blocks, context)
    : [el('p', { class: 'muted' }, 'The app has not published a Home tab.')];
  $('channel-list').replaceChildren(el('div', { class: 'home' }, ...content));
}

function render() {
  const { workspace, atHome, thread } = state;
  const channel = workspace.channels.find(({ id }) => id === state.channel);
  $('channel-name').textContent = atHome ? workspace.app.name : `# ${channel.name}`;
  $('channel-form').hidden = atHome;
  if (atHome) renderHome();
  else fill($('channel-list'), channelMessages(), draw(false));
  $('thread').hidden = thread === undefined || atHome;
  document.body.classList.toggle('with-thread', !$('thread').hidden);
  if (!$('thread').hidden) fill($('thread-list'), threadMessages(), draw(true));
}

function showChannel(id) {
  Object.assign(state, { channel: id, atHome: false });
  state.thread = onPhone() ? undefined : newestThread();
  $('channel-list').replaceChildren();
  renderSide();
  render();
}

function showHome() {
  state.atHome = true;
  renderSide();
  render();
  void act('home', {});
}

function showModal(view) {
  const context = { workspace: state.workspace, opened: state.opened, key: view.id };
  const viewId = view.id;
  modal(view, context, {
    submit: (values) => act('submit', { viewId, values }),
    dismiss: () => act('dismiss', { viewId }),
  });
}

/** The pane opens by itself for a thread that is newer than the open one. */
function followThread({ type, message }) {
  if (type !== 'posted' || message.channel !== state.channel || !message.threadTs || onPhone()) return;
  if (state.thread === undefined || message.threadTs > state.thread) state.thread = message.threadTs;
}

function delivered({ delivery }) {
  if (delivery.type !== 'interactive' || delivery.outcome === 'acked') return;
  tell(delivery.outcome === 'timeout' ? 'The app did not answer in time.' : 'The app is not connected.');
}

function connected(count) {
  $('link').textContent = count === 0 ? 'app offline' : 'app connected';
  $('link').className = count === 0 ? 'offline' : 'online';
}

const handlers = {
  snapshot: (event) => {
    reset(event);
    connected(event.connections);
    const named = /\/archives\/(\w+)\/p(\d+)/u.exec(window.location.pathname);
    if (!state.channel) state.channel = named?.[1] ?? state.workspace.channels[0].id;
    if (named && !state.thread) state.thread = `${named[2].slice(0, -6)}.${named[2].slice(-6)}`;
    if (!state.thread && !onPhone()) state.thread = newestThread();
    renderSide();
    render();
    $('channel-list').scrollTop = $('channel-list').scrollHeight;
  },
  connections: ({ count }) => connected(count),
  delivery: delivered,
  modal: ({ view }) => showModal(view),
  modal_closed: ({ id }) => closeModal(id),
  home: ({ view }) => {
    state.home = view;
    if (state.atHome) render();
  },
};

function connect(user) {
  stream?.close();
  state.user = user;
  localStorage.setItem('user', user);
  stream = new EventSource(`/events?user=${encodeURIComponent(user)}`);
  stream.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    handlers[event.type]?.(event);
    if (!apply(event)) return;
    followThread(event);
    render();
  };
}

$('who').addEventListener('change', ({ target }) => connect(target.value));
$('thread-close').addEventListener('click', () => openThread(undefined));
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && !document.querySelector('dialog[open]')) openThread(undefined);
});
compose({ form: $('channel-form'), act, tell, inThread: false });
compose({ form: $('thread-form'), act, tell, inThread: true });
connect(localStorage.getItem('user') ?? 'U0DEVELOPER');
