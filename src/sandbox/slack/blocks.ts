import type { z } from 'zod';
import { knownBlock } from './blocks/schemas.ts';

/** Where the blocks are to be shown. */
export type Surface = 'message' | 'modal' | 'home';

/** One broken rule, in the words of Slack's `response_metadata.messages`. */
export interface BlockProblem {
  /** A JSON pointer such as `/blocks/0/text/text`. */
  readonly pointer: string;
  readonly message: string;
}

/** The most characters of the top-level `text`; chat.update answers `msg_too_long` above. */
export const maxText = 4000;

const maxBlocks: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

const surfaces: Readonly<Record<string, readonly Surface[]>> = {
  alert: ['modal'],
  plan: ['message'],
  task_card: ['message'],
  table: ['message'],
  markdown: ['message'],
  data_table: ['message', 'home'],
  container: ['message', 'home'],
  card: ['message', 'home'],
};

/** `atMost`: blocks of the type in one payload; `characters`: of all of them together. */
const totals = [
  { type: 'plan', atMost: 1 },
  { type: 'table', atMost: 1, characters: 10_000 },
  { type: 'data_table', characters: 20_000 },
  { type: 'markdown', characters: 12_000 },
] as const;

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const pointerTo = (path: readonly PropertyKey[]): string => ['', 'blocks', ...path.map(String)].join('/');

function unknownType(input: unknown): string {
  if (!isNode(input)) return 'must be a valid object';
  return 'type' in input ? `unsupported type: ${String(input['type'])}` : 'missing required field: type';
}

/** Slack's wording for what zod found, as far as the wording is known from reports of real answers. */
function wording(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  if (input === undefined) return `missing required field: ${String(issue.path?.at(-1) ?? 'value')}`;
  if (issue.code === 'too_big' && typeof input === 'string')
    return `must be less than ${Number(issue.maximum) + 1} characters`;
  if (issue.code === 'too_big' && Array.isArray(input))
    return `no more than ${Number(issue.maximum)} items allowed`;
  if (issue.code === 'too_small' && typeof input === 'string')
    return `must be more than ${Number(issue.minimum) - 1} characters`;
  if (issue.code === 'too_small' && Array.isArray(input))
    return `no less than ${Number(issue.minimum)} items allowed`;
  if (issue.code === 'unrecognized_keys') return `invalid additional property: ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_union') return unknownType(input);
  if (issue.code === 'invalid_value') return `must be one of: ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return `must be a valid ${issue.expected}`;
  return undefined;
}

function shapeProblems(block: unknown, index: number): BlockProblem[] {
  const parsed = knownBlock.safeParse(block, { error: wording });
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path, message }) => {
    // Slack points at the object that misses the field, not at the absent field.
    const isMissing = message === `missing required field: ${String(path.at(-1))}`;
    return { pointer: pointerTo([index, ...(isMissing ? path.slice(0, -1) : path)]), message };
  });
}

/** Characters that people read: everything under `text`, `title` and `caption`. */
function characters(value: unknown, field = ''): number {
  if (typeof value === 'string') return ['text', 'title', 'caption'].includes(field) ? value.length : 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + characters(item), 0);
  if (!isNode(value)) return 0;
  return Object.entries(value).reduce((sum, [name, item]) => sum + characters(item, name), 0);
}

function duplicates(
  ids: readonly { readonly id: unknown; readonly pointer: string }[],
  what: string,
): BlockProblem[] {
  const seen = new Set<unknown>();
  return ids.flatMap(({ id, pointer }) => {
    if (typeof id !== 'string') return [];
    const again = seen.has(id);
    seen.add(id);
    return again ? [{ pointer, message: `\`${what}\` must be unique: ${id}` }] : [];
  });
}

/** Buttons and other elements with an `action_id`, wherever they stand in one block. */
function actionIds(value: unknown, path: readonly PropertyKey[]): { id: unknown; pointer: string }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => actionIds(item, [...path, i]));
  if (!isNode(value)) return [];
  const own =
    'action_id' in value ? [{ id: value['action_id'], pointer: pointerTo([...path, 'action_id']) }] : [];
  return [...own, ...Object.entries(value).flatMap(([name, item]) => actionIds(item, [...path, name]))];
}

/** What is known of the workspace's files: whether an image can show one. */
export interface ShownFiles {
  shows(file: Node): boolean;
}

/** Every `slack_file`, wherever it stands, must be an image that Slack has looked into. */
function fileProblems(value: unknown, path: readonly PropertyKey[], files: ShownFiles): BlockProblem[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => fileProblems(item, [...path, i], files));
  if (!isNode(value)) return [];
  const file = value['slack_file'];
  const unknown = isNode(file) && !files.shows(file);
  return [
    ...(unknown ? [{ pointer: pointerTo([...path, 'slack_file']), message: 'invalid slack file' }] : []),
    ...Object.entries(value).flatMap(([name, item]) => fileProblems(item, [...path, name], files)),
  ];
}

function ruleProblems(block: Node, index: number, surface: Surface): BlockProblem[] {
  const type = String(block['type']);
  const problems = duplicates(actionIds(block, [index]), 'action_id');
  if (!(surfaces[type] ?? [surface]).includes(surface))
    problems.push({ pointer: pointerTo([index, 'type']), message: `unsupported type: ${type}` });
  if (type === 'task_card' && block['status'] === 'pending')
    problems.push({
      pointer: pointerTo([index, 'status']),
      message: 'must be in_progress, complete or error outside a plan',
    });
  if (type === 'plan' && Array.isArray(block['tasks'])) {
    const tasks = block['tasks'].filter(isNode);
    problems.push(
      ...duplicates(
        tasks.map((task, i) => ({ id: task['task_id'], pointer: pointerTo([index, 'tasks', i, 'task_id']) })),
        'task_id',
      ),
    );
  }
  return problems;
}

function totalProblems(blocks: readonly Node[]): BlockProblem[] {
  const children = blocks.flatMap((block): unknown[] =>
    Array.isArray(block['child_blocks']) ? block['child_blocks'] : [],
  );
  const all = [...blocks, ...children.filter(isNode)];
  return totals.flatMap((rule) => {
    const same = all.filter((block) => block['type'] === rule.type);
    const problems: BlockProblem[] = [];
    if ('atMost' in rule && same.length > rule.atMost)
      problems.push({
        pointer: '/blocks',
        message: `no more than ${rule.atMost} ${rule.type} block allowed`,
      });
    if ('characters' in rule && characters(same) > rule.characters)
      problems.push({
        pointer: '/blocks',
        message: `${rule.type}: must be less than ${rule.characters + 1} characters`,
      });
    return problems;
  });
}

/**
 * Checks blocks against Slack's documented limits. An empty list means Slack would take them.
 * Without `files` any well-formed id of a file is taken.
 * Ids: `block_id` is unique in the payload, `action_id` in its block (Slack's rule), `task_id` in its plan.
 */
export function validateBlocks(
  blocks: unknown,
  surface: Surface,
  files?: ShownFiles,
): readonly BlockProblem[] {
  if (!Array.isArray(blocks)) return [{ pointer: '/blocks', message: 'must be an array' }];
  const nodes = blocks.filter(isNode);
  const count = maxBlocks[surface];
  return [
    ...(blocks.length > count
      ? [{ pointer: '/blocks', message: `no more than ${count} items allowed` }]
      : []),
    ...blocks.flatMap((block, index) => shapeProblems(block, index)),
    ...blocks.flatMap((block, index) => (isNode(block) ? ruleProblems(block, index, surface) : [])),
    ...duplicates(
      nodes.map((node, i) => ({ id: node['block_id'], pointer: pointerTo([i, 'block_id']) })),
      'block_id',
    ),
    ...totalProblems(nodes),
    ...(files === undefined ? [] : fileProblems(blocks, [], files)),
  ];
}
