import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { StoredView } from '../types.ts';
import { readBlocks } from './content.ts';
import { readArgs } from './context.ts';
import type { ApiContext, Args, Method } from './context.ts';
import { SlackError } from './errors.ts';

/** Slack refuses a view above 250 kB. */
const maxViewBytes = 250_000;

const viewShape = z.looseObject({
  type: z.enum(['modal', 'home']),
  blocks: z.array(z.looseObject({ type: z.string() })),
  title: z.object({ type: z.literal('plain_text'), text: z.string().min(1).max(24) }).optional(),
  submit: z.object({ type: z.literal('plain_text'), text: z.string().min(1).max(24) }).optional(),
  callback_id: z.string().max(255).optional(),
  private_metadata: z.string().max(3000).optional(),
});

function parseView(raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

function readView({ files }: ApiContext, args: Args, type: 'modal' | 'home'): z.output<typeof viewShape> {
  const view = readArgs(viewShape, {
    ...z.record(z.string(), z.unknown()).catch({}).parse(parseView(args['view'])),
  });
  if (view.type !== type)
    throw new SlackError('invalid_arguments', ['unsupported view type [json-pointer:/view/type]']);
  if (JSON.stringify(view).length > maxViewBytes) throw new SlackError('view_too_large');
  try {
    readBlocks(view.blocks, { surface: type, files });
  } catch (error) {
    // Slack reports broken blocks of a view as arguments, not as invalid_blocks.
    throw error instanceof SlackError ? new SlackError('invalid_arguments', error.details) : error;
  }
  if (type === 'modal' && !view.title)
    throw new SlackError('invalid_arguments', ['missing required field: title [json-pointer:/view]']);
  if (view.blocks.some((block) => block.type === 'input') && type === 'modal' && !view.submit)
    throw new SlackError('invalid_arguments', ['missing required field: submit [json-pointer:/view]']);
  return view;
}

/** The stored view with the fields Slack adds. */
export function presentView(
  { workspace }: Pick<ApiContext, 'workspace'>,
  stored: StoredView,
): Record<string, unknown> {
  return {
    private_metadata: '',
    callback_id: '',
    ...stored.view,
    id: stored.id,
    team_id: workspace.team.id,
    app_id: workspace.app.id,
    bot_id: workspace.app.botId,
    root_view_id: stored.id,
    previous_view_id: null,
    hash: stored.id,
  };
}

export const publish: Method = (context, args) => {
  const { user_id: user } = readArgs(z.object({ user_id: z.string() }), args);
  if (!context.workspace.people.some(({ id }) => id === user)) throw new SlackError('user_not_found');
  const stored = {
    id: context.store.home(user)?.id ?? `V${randomUUID()}`,
    user,
    view: readView(context, args, 'home'),
  };
  context.store.setHome(stored);
  return { view: presentView(context, stored) };
};

export const open: Method = (context, args) => {
  const { trigger_id: trigger } = readArgs(z.object({ trigger_id: z.string() }), args);
  const view = readView(context, args, 'modal');
  const user = context.useTrigger(trigger);
  if (user === undefined) throw new SlackError('expired_trigger_id');
  const stored = { id: `V${randomUUID()}`, user, view };
  context.store.setModal(stored);
  return { view: presentView(context, stored) };
};

export const update: Method = (context, args) => {
  const { view_id: id } = readArgs(z.object({ view_id: z.string() }), args);
  const old = context.store.modal(id);
  if (!old) throw new SlackError('not_found');
  const stored = { ...old, view: readView(context, args, 'modal') };
  context.store.setModal(stored);
  return { view: presentView(context, stored) };
};
