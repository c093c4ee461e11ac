import { el, link } from './dom.js';
import { emojiText, formatDate } from './words.js';

const pattern = new RegExp(
  [
    '`([^`\\n]+)`',
    '<([^<>\\n]+)>',
    '(?<![\\w*])\\*(?=\\S)([^*\\n]+)(?<=\\S)\\*(?![\\w*])',
    '(?<![\\w_])_(?=\\S)([^_\\n]+)(?<=\\S)_(?![\\w_])',
    '(?<![\\w~])~(?=\\S)([^~\\n]+)(?<=\\S)~(?![\\w~])',
    ':([a-z0-9_+-]+):',
  ].join('|'),
  'gu',
);

export const unescape = (text) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** A mention of a person, a group or a channel by its id. */
export function mention(kind, id, workspace) {
  const people = [...workspace.people, { id: workspace.app.userId, name: workspace.app.name }];
  const names = {
    user: () => people.find((person) => person.id === id)?.name,
    usergroup: () => workspace.userGroups.find((group) => group.id === id)?.handle,
    channel: () => workspace.channels.find((channel) => channel.id === id)?.name,
  };
  return el('span', { class: 'mention' }, `${kind === 'channel' ? '#' : '@'}${names[kind]() ?? id}`);
}

/** What stands between angle brackets: a mention, a date, or a link. */
function bracket(content, workspace) {
  const [target, label] = content.split(/\|(.*)/su);
  if (target.startsWith('@')) return mention('user', target.slice(1), workspace);
  if (target.startsWith('#')) return mention('channel', target.slice(1), workspace);
  if (target.startsWith('!subteam^')) return mention('usergroup', target.slice(9), workspace);
  if (target.startsWith('!date^')) {
    const [, timestamp, format, url] = target.split('^');
    const shown = el('time', { title: label }, formatDate(timestamp, format ?? '{date} {time}'));
    return url ? link(unescape(url), shown) : shown;
  }
  if (target.startsWith('!')) return el('span', { class: 'mention' }, `@${label ?? target.slice(1)}`);
  return link(unescape(target), unescape(label ?? target.replace(/^mailto:/u, '')));
}

function inline(text, workspace) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [all, code, inner, bold, italic, strike, emoji] = match;
    nodes.push(unescape(text.slice(end, match.index)));
    end = match.index + all.length;
    if (code !== undefined) nodes.push(el('code', {}, unescape(code)));
    else if (inner !== undefined) nodes.push(bracket(inner, workspace));
    else if (bold !== undefined) nodes.push(el('strong', {}, ...inline(bold, workspace)));
    else if (italic !== undefined) nodes.push(el('em', {}, ...inline(italic, workspace)));
    else if (strike !== undefined) nodes.push(el('s', {}, ...inline(strike, workspace)));
    else nodes.push(emojiText(emoji));
  }
  nodes.push(unescape(text.slice(end)));
  return nodes;
}

/** Consecutive lines that start with `>` are one quotation. */
function paragraphs(text, workspace) {
  const groups = [];
  for (const line of text.split('\n')) {
    const quoted = /^(>|&gt;) ?/u.exec(line);
    const last = groups.at(-1);
    const content = quoted ? line.slice(quoted[0].length) : line;
    if (last && last.quoted === Boolean(quoted)) last.lines.push(content);
    else groups.push({ quoted: Boolean(quoted), lines: [content] });
  }
  return groups.map(({ quoted, lines }) =>
    el(quoted ? 'blockquote' : 'span', {}, ...inline(lines.join('\n'), workspace)),
  );
}

/** Slack's mrkdwn as nodes. */
export function mrkdwn(text, workspace) {
  return text.split(/```\n?([\s\S]+?)\n?```\n?/u).flatMap((part, index) => {
    if (index % 2 === 1) return [el('pre', {}, el('code', {}, unescape(part)))];
    return part === '' ? [] : paragraphs(part, workspace);
  });
}
