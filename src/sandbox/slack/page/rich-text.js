import { el, link } from './dom.js';
import { mention } from './mrkdwn.js';
import { emojiText, formatDate } from './words.js';

const makers = {
  text: ({ text }) => text,
  link: ({ url, text }) => link(url, text ?? url),
  user: ({ user_id: id }, workspace) => mention('user', id, workspace),
  usergroup: ({ usergroup_id: id }, workspace) => mention('usergroup', id, workspace),
  channel: ({ channel_id: id }, workspace) => mention('channel', id, workspace),
  broadcast: ({ range }) => el('span', { class: 'mention' }, `@${range}`),
  emoji: ({ name }) => emojiText(name),
  color: ({ value }) => el('code', {}, value),
  date: ({ timestamp, format, url, fallback }) => {
    const shown = el('time', { title: fallback }, formatDate(timestamp, format));
    return url ? link(url, shown) : shown;
  },
};

const tags = { code: 'code', bold: 'strong', italic: 'em', strike: 's', underline: 'u' };

function inline(element, workspace) {
  let node = makers[element.type]?.(element, workspace) ?? '';
  for (const [style, tag] of Object.entries(tags)) if (element.style?.[style]) node = el(tag, {}, node);
  return node;
}

const inlines = ({ elements }, workspace) => elements.map((element) => inline(element, workspace));

function part(element, workspace) {
  if (element.type === 'rich_text_preformatted')
    return el('pre', {}, el('code', {}, ...inlines(element, workspace)));
  if (element.type === 'rich_text_quote') return el('blockquote', {}, ...inlines(element, workspace));
  if (element.type === 'rich_text_list')
    return el(
      element.style === 'ordered' ? 'ol' : 'ul',
      {
        class: `indent-${Math.min(element.indent ?? 0, 3)}`,
        start: element.offset ? element.offset + 1 : undefined,
      },
      ...element.elements.map((item) => el('li', {}, ...inlines(item, workspace))),
    );
  return el('div', {}, ...inlines(element, workspace));
}

/** A `rich_text` block. */
export function richText(block, workspace) {
  return el('div', { class: 'rich' }, ...block.elements.map((element) => part(element, workspace)));
}
