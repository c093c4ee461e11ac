/* global document, CSS */

const nearEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 80;

/**
 * Makes a list equal to the messages. Only what changed is drawn again, so that focus and scroll stay.
 * @param {HTMLElement} list
 * @param {object[]} messages
 * @param {(message: object) => HTMLElement} draw
 */
export function fill(list, messages, draw) {
  const follow = nearEnd(list);
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.action : undefined;
  const old = new Map([...list.children].map((node) => [node.dataset.ts, node]));
  const nodes = messages.map((message) => {
    const before = old.get(message.ts);
    const fresh = draw(message);
    const mark = fresh.outerHTML;
    if (before?.mark === mark) return before;
    fresh.mark = mark;
    return fresh;
  });
  const same =
    nodes.length === list.children.length && nodes.every((node, index) => node === list.children[index]);
  if (!same) list.replaceChildren(...nodes);
  if (focused) list.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  if (follow) list.scrollTop = list.scrollHeight;
}
