import type { Surface } from '../../../src/sandbox/slack/index.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const x = (length: number): string => 'x'.repeat(length);
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const button = (fields: object = {}) => ({ type: 'button', action_id: 'a', text: plain('Go'), ...fields });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const rich = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});
const task = (fields: object = {}) => ({
  type: 'task_card',
  task_id: 't',
  title: 'Build',
  status: 'complete',
  ...fields,
});
const plan = (...tasks: object[]) => ({ type: 'plan', title: 'Deploy', tasks });
const cell = (text: string) => ({ type: 'raw_text', text });
const table = (rows: object[][]) => ({ type: 'table', rows });
const container = (...children: object[]) => ({
  type: 'container',
  title: plain('c'),
  child_blocks: children,
});

/** Name, blocks, surface (`message` unless given). */
export const accepted: readonly (readonly [string, object[], Surface?])[] = [
  ['section of 3,000', [section(x(3000))]],
  ['ten fields of 2,000', [{ type: 'section', fields: Array.from({ length: 10 }, () => mrkdwn(x(2000))) }]],
  ['header of 150', [{ type: 'header', text: plain(x(150)) }]],
  ['25 buttons', [actions(...Array.from({ length: 25 }, (_, i) => button({ action_id: `a${i}` })))]],
  ['the same action in two blocks', [actions(button()), actions(button())]],
  [
    'plan with pending tasks',
    [plan(task({ status: 'pending', details: rich('soon') }), task({ task_id: 'u' }))],
  ],
  ['task card', [task({ output: rich('done') })]],
  ['table', [table([[cell('a'), { type: 'raw_number', value: 1, text: '1' }, rich('b')]])]],
  ['data table in a home', [{ type: 'data_table', caption: 'c', rows: [[cell('a')], [cell('b')]] }], 'home'],
  ['alert in a modal', [{ type: 'alert', text: plain('!'), level: 'error' }], 'modal'],
  ['container', [container(section('a'), { type: 'divider' })]],
  ['markdown of 12,000', [{ type: 'markdown', text: x(12_000) }]],
  ['100 blocks in a home', Array.from({ length: 100 }, () => ({ type: 'divider' })), 'home'],
];

/** Name, blocks, pointer, a part of the message, surface. */
export const refused: readonly (readonly [string, object[], string, string, Surface?])[] = [
  ['section', [section(x(3001))], '/blocks/0/text/text', 'must be less than 3001 characters'],
  ['empty section', [section('')], '/blocks/0/text/text', 'must be more than 0 characters'],
  ['section with nothing', [{ type: 'section' }], '/blocks/0', 'missing required field: text or fields'],
  [
    '11 fields',
    [{ type: 'section', fields: Array.from({ length: 11 }, () => mrkdwn('x')) }],
    '/blocks/0/fields',
    'no more than 10 items allowed',
  ],
  [
    'field',
    [{ type: 'section', fields: [mrkdwn(x(2001))] }],
    '/blocks/0/fields/0/text',
    'must be less than 2001 characters',
  ],
  [
    'header',
    [{ type: 'header', text: plain(x(151)) }],
    '/blocks/0/text/text',
    'must be less than 151 characters',
  ],
  ['header in mrkdwn', [{ type: 'header', text: mrkdwn('x') }], '/blocks/0/text/type', 'must be'],
  [
    '26 buttons',
    [actions(...Array.from({ length: 26 }, (_, i) => button({ action_id: `a${i}` })))],
    '/blocks/0/elements',
    'no more than 25 items allowed',
  ],
  [
    '11 context elements',
    [{ type: 'context', elements: Array.from({ length: 11 }, () => mrkdwn('x')) }],
    '/blocks/0/elements',
    'no more than 10 items allowed',
  ],
  [
    'button text',
    [actions(button({ text: plain(x(76)) }))],
    '/blocks/0/elements/0/text/text',
    'must be less than 76 characters',
  ],
  [
    'button value',
    [actions(button({ value: x(2001) }))],
    '/blocks/0/elements/0/value',
    'must be less than 2001 characters',
  ],
  [
    'button url',
    [actions(button({ url: `https://${x(3000)}` }))],
    '/blocks/0/elements/0/url',
    'must be less than 3001 characters',
  ],
  [
    'script url',
    [actions(button({ url: 'javascript:alert(1)' }))],
    '/blocks/0/elements/0/url',
    'must be a valid URL',
  ],
  [
    'action_id',
    [actions(button({ action_id: x(256) }))],
    '/blocks/0/elements/0/action_id',
    'must be less than 256 characters',
  ],
  [
    'confirm title',
    [actions(button({ confirm: { title: plain(x(101)), text: plain('?') } }))],
    '/blocks/0/elements/0/confirm/title/text',
    'must be less than 101 characters',
  ],
  [
    'unknown property',
    [{ type: 'divider', colour: 'red' }],
    '/blocks/0',
    'invalid additional property: colour',
  ],
  [
    'image without a source',
    [{ type: 'image', alt_text: 'x' }],
    '/blocks/0',
    'must have either image_url or slack_file',
  ],
  [
    'image with two sources',
    [{ type: 'image', alt_text: 'x', image_url: 'https://x', slack_file: { id: 'F00000000' } }],
    '/blocks/0',
    'must have either image_url or slack_file',
  ],
  [
    'file without id and url',
    [{ type: 'image', alt_text: 'x', slack_file: {} }],
    '/blocks/0/slack_file',
    'invalid slack file',
  ],
  [
    'file id',
    [{ type: 'image', alt_text: 'x', slack_file: { id: 'F1' } }],
    '/blocks/0/slack_file/id',
    'input must match regex pattern: ^[F][A-Z0-9]{8,}$',
  ],
  ['unknown block', [{ type: 'hologram' }], '/blocks/0/type', 'unsupported type: hologram'],
  ['unknown element', [actions({ type: 'lever' })], '/blocks/0/elements/0/type', 'unsupported type: lever'],
  ['missing type', [{}], '/blocks/0', 'missing required field: type'],
  [
    'block_id twice',
    [
      { type: 'divider', block_id: 'b' },
      { type: 'divider', block_id: 'b' },
    ],
    '/blocks/1/block_id',
    '`block_id` must be unique',
  ],
  [
    'action_id twice in a block',
    [actions(button(), button())],
    '/blocks/0/elements/1/action_id',
    '`action_id` must be unique',
  ],
  [
    '51 blocks',
    Array.from({ length: 51 }, () => ({ type: 'divider' })),
    '/blocks',
    'no more than 50 items allowed',
  ],
  [
    '101 blocks in a modal',
    Array.from({ length: 101 }, () => ({ type: 'divider' })),
    '/blocks',
    'no more than 100 items allowed',
    'modal',
  ],
  ['two plans', [plan(task()), plan(task())], '/blocks', 'no more than 1 plan block allowed'],
  ['plan in a home', [plan(task())], '/blocks/0/type', 'unsupported type: plan', 'home'],
  [
    'plan title as object',
    [{ type: 'plan', title: plain('x') }],
    '/blocks/0/title',
    'must be a valid string',
  ],
  ['task status', [plan(task({ status: 'done' }))], '/blocks/0/tasks/0/status', 'must be'],
  [
    'task without id',
    [plan({ type: 'task_card', title: 'x', status: 'error' })],
    '/blocks/0/tasks/0',
    'missing required field: task_id',
  ],
  ['task id twice', [plan(task(), task())], '/blocks/0/tasks/1/task_id', '`task_id` must be unique'],
  ['details as text', [plan(task({ details: 'x' }))], '/blocks/0/tasks/0/details', 'must be'],
  ['pending outside a plan', [task({ status: 'pending' })], '/blocks/0/status', 'outside a plan'],
  [
    'two tables',
    [table([[cell('a')]]), table([[cell('a')]])],
    '/blocks',
    'no more than 1 table block allowed',
  ],
  [
    '101 rows',
    [table(Array.from({ length: 101 }, () => [cell('a')]))],
    '/blocks/0/rows',
    'no more than 100 items allowed',
  ],
  [
    '21 cells',
    [table([Array.from({ length: 21 }, () => cell('a'))])],
    '/blocks/0/rows/0',
    'no more than 20 items allowed',
  ],
  ['empty cell', [table([[cell('')]])], '/blocks/0/rows/0/0/text', 'must be more than 0 characters'],
  [
    '10,001 characters of table',
    [table([[cell(x(10_001))]])],
    '/blocks',
    'table: must be less than 10001 characters',
  ],
  [
    'data table without caption',
    [{ type: 'data_table', rows: [[cell('a')], [cell('b')]] }],
    '/blocks/0',
    'missing required field: caption',
  ],
  [
    'data table of one row',
    [{ type: 'data_table', caption: 'c', rows: [[cell('a')]] }],
    '/blocks/0/rows',
    'no less than 2 items allowed',
  ],
  ['alert in a message', [{ type: 'alert', text: plain('!') }], '/blocks/0/type', 'unsupported type: alert'],
  [
    'plan in a container',
    [container(plan(task()))],
    '/blocks/0/child_blocks/0/type',
    'unsupported type: plan',
  ],
  [
    '11 children',
    [container(...Array.from({ length: 11 }, () => ({ type: 'divider' })))],
    '/blocks/0/child_blocks',
    'no more than 10 items allowed',
  ],
  [
    'card body',
    [{ type: 'card', body: mrkdwn(x(201)) }],
    '/blocks/0/body/text',
    'must be less than 201 characters',
  ],
  [
    'markdown in sum',
    [
      { type: 'markdown', text: x(7000) },
      { type: 'markdown', text: x(7000) },
    ],
    '/blocks',
    'markdown: must be less than 12001 characters',
  ],
];
