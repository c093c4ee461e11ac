import { el, link } from './dom.js';

const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|(?<!\w)[*_]([^*_]+)[*_](?!\w)|\[([^\]]+)\]\(([^)\s]+)\)/gu;

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [all, code, bold, italic, label, url] = match;
    nodes.push(text.slice(end, match.index));
    end = match.index + all.length;
    if (code) nodes.push(el('code', {}, code));
    else if (bold) nodes.push(el('strong', {}, ...inline(bold)));
    else if (italic) nodes.push(el('em', {}, ...inline(italic)));
    else nodes.push(link(url, label));
  }
  nodes.push(text.slice(end));
  return nodes;
}

const cells = (line) =>
  line
    .replace(/^\||\|$/gu, '')
    .split(/(?<!\\)\|/u)
    .map((cell) => cell.trim());

function table(lines) {
  const [head, , ...rows] = lines;
  return el(
    'div',
    { class: 'scroll' },
    el(
      'table',
      {},
      el('thead', {}, el('tr', {}, ...cells(head).map((cell) => el('th', {}, ...inline(cell))))),
      el(
        'tbody',
        {},
        ...rows.map((row) => el('tr', {}, ...cells(row).map((cell) => el('td', {}, ...inline(cell))))),
      ),
    ),
  );
}

/** Kinds of lines, in the order they are tried; the same kind in a row makes one element. */
const kinds = [
  { test: /^#{1,6} /u, make: ([line]) => el('h4', {}, ...inline(line.replace(/^#+ /u, ''))), single: true },
  { test: /^---+$/u, make: () => el('hr'), single: true },
  { test: /^\|/u, make: (lines) => (lines.length > 1 ? table(lines) : el('p', {}, lines[0])) },
  {
    test: /^\s*[-*] /u,
    make: (lines) =>
      el('ul', {}, ...lines.map((line) => el('li', {}, ...inline(task(line.replace(/^\s*[-*] /u, '')))))),
  },
  {
    test: /^\s*\d+\. /u,
    make: (lines) =>
      el('ol', {}, ...lines.map((line) => el('li', {}, ...inline(line.replace(/^\s*\d+\. /u, ''))))),
  },
  {
    test: /^> ?/u,
    make: (lines) =>
      el('blockquote', {}, ...inline(lines.map((line) => line.replace(/^> ?/u, '')).join('\n'))),
  },
  { test: /^\s*$/u, make: () => '' },
  { test: /^/u, make: (lines) => el('p', {}, ...inline(lines.join('\n'))) },
];

const task = (text) => text.replace(/^\[ \] /u, '☐ ').replace(/^\[x\] /iu, '☑ ');

function prose(text) {
  const groups = [];
  for (const line of text.split('\n')) {
    const kind = kinds.find(({ test }) => test.test(line));
    const last = groups.at(-1);
    if (last?.kind === kind && !kind.single) last.lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.map(({ kind, lines }) => kind.make(lines));
}

/** The `markdown` block: the common part of Markdown. */
export function markdown(text) {
  const parts = text.split(/^```[^\n]*\n([\s\S]*?)\n?```$/mu);
  return parts.flatMap((part, index) =>
    index % 2 === 1 ? [el('pre', {}, el('code', {}, part))] : prose(part),
  );
}
