/* global document */

/**
 * Makes an element. Text always becomes a text node, so nothing from a message is read as HTML.
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `on…` adds a listener; false and undefined leave an attribute out
 * @param {...(Node | string | undefined | null | false)} children
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/** Only web and mail addresses become links. */
export function link(url, ...children) {
  const safe = /^(https?:\/\/|mailto:)/u.test(url);
  if (!safe) return el('span', {}, ...children);
  return el('a', { href: url, target: '_blank', rel: 'noreferrer noopener' }, ...children);
}

/** An image with its description; only https and data addresses and files of this workspace are loaded. */
export function picture(url, alt, className) {
  if (!/^(https:\/\/|data:image\/|\/file\/F)/u.test(url ?? '')) return el('span', { class: 'muted' }, alt);
  return el('img', { src: url, alt, class: className, loading: 'lazy', referrerpolicy: 'no-referrer' });
}
