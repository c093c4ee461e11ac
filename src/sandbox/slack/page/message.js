import { blocks } from './blocks.js';
import { el } from './dom.js';
import { mrkdwn } from './mrkdwn.js';
import { clock, stamp } from './words.js';

function author(message, workspace) {
  if (message.from === 'slack') return { name: 'Slackbot', kind: 'slack', badge: false };
  const isApp = message.byApp || message.from !== undefined;
  if (isApp) return { name: workspace.app.name, kind: 'app', badge: true };
  const index = workspace.people.findIndex(({ id }) => id === message.user);
  return {
    name: workspace.people[index]?.name ?? message.user,
    kind: `person-${Math.max(0, index) % 4}`,
    badge: false,
  };
}

function threadLink(message, { replies, openThread }) {
  if (replies.length === 0) return undefined;
  const count = `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`;
  return el(
    'button',
    {
      type: 'button',
      class: 'replies',
      'data-action': `${message.ts}/replies`,
      onclick: () => openThread(message.ts),
    },
    el('strong', {}, count),
    el('span', { class: 'muted' }, `Last reply ${clock(replies.at(-1).ts)}`),
  );
}

/**
 * One message, posted or private.
 * @param {object} message
 * @param {{ workspace: object, opened: Map<string, boolean>, onClick: Function, openThread: Function, replies: object[], inThread: boolean }} view
 */
export function messageNode(message, view) {
  const { workspace, opened, inThread } = view;
  const { name, kind, badge } = author(message, workspace);
  const isPrivate = message.from !== undefined;
  const context = {
    workspace,
    opened,
    key: message.ts,
    onClick: (element) => view.onClick(message, element, context),
  };
  const content =
    message.blocks.length > 0
      ? blocks(message.blocks, context)
      : [el('div', { class: 'text' }, ...mrkdwn(message.text, workspace))];
  return el(
    'article',
    { class: `message${isPrivate ? ' private' : ''}`, 'data-ts': message.ts },
    el('div', { class: `face ${kind}`, 'aria-hidden': 'true' }, name.slice(0, 1).toUpperCase()),
    el(
      'div',
      { class: 'body' },
      isPrivate && el('div', { class: 'note' }, 'Only visible to you'),
      message.broadcast && !inThread && el('div', { class: 'note' }, 'replied to a thread'),
      el(
        'div',
        { class: 'byline' },
        el('strong', {}, name),
        badge && el('span', { class: 'badge' }, 'APP'),
        el('time', { title: stamp(message.ts) }, clock(message.ts)),
        message.editedTs && el('span', { class: 'muted' }, '(edited)'),
      ),
      ...content,
      !inThread && threadLink(message, view),
    ),
  );
}
