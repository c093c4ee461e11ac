import { randomUUID } from 'node:crypto';
import { present } from '../api/present.ts';
import type { Store } from '../store.ts';
import type { Ephemeral, StoredMessage, Workspace } from '../types.ts';

/** Slack still sends the deprecated verification token; nothing may rely on it. */
const token = 'sandbox-verification-token';

export interface Scene {
  readonly workspace: Workspace;
  readonly store: Store;
  readonly user: string;
  readonly channel: string;
}

function nameOf(list: readonly { readonly id: string; readonly name: string }[], id: string): string {
  return list.find((item) => item.id === id)?.name ?? id;
}

export interface Typed {
  readonly command: string;
  readonly text: string;
  readonly responseUrl: string;
  readonly triggerId: string;
}

export function commandPayload({ workspace, user, channel }: Scene, typed: Typed): Record<string, unknown> {
  return {
    token,
    team_id: workspace.team.id,
    team_domain: workspace.team.domain,
    channel_id: channel,
    channel_name: nameOf(workspace.channels, channel),
    user_id: user,
    user_name: nameOf(workspace.people, user),
    command: typed.command,
    text: typed.text,
    api_app_id: workspace.app.id,
    is_enterprise_install: 'false',
    response_url: typed.responseUrl,
    trigger_id: typed.triggerId,
  };
}

export interface Clicked {
  readonly target: StoredMessage | Ephemeral;
  readonly action: Readonly<Record<string, unknown>>;
  readonly responseUrl: string;
  readonly triggerId: string;
}

function interactionBase({ workspace, user }: Scene, triggerId: string): Record<string, unknown> {
  const { team, app } = workspace;
  const name = nameOf(workspace.people, user);
  return {
    user: { id: user, username: name, name, team_id: team.id },
    api_app_id: app.id,
    token,
    trigger_id: triggerId,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** A private message is not shown in the payload: only its container tells where the button stood. */
export function clickPayload(scene: Scene, clicked: Clicked): Record<string, unknown> {
  const { workspace, channel } = scene;
  const { target } = clicked;
  const isPrivate = 'from' in target;
  const thread = target.threadTs === undefined ? {} : { thread_ts: target.threadTs };
  return {
    type: 'block_actions',
    ...interactionBase(scene, clicked.triggerId),
    container: {
      type: 'message',
      message_ts: target.ts,
      channel_id: channel,
      is_ephemeral: isPrivate,
      ...thread,
    },
    channel: { id: channel, name: nameOf(workspace.channels, channel) },
    ...(isPrivate ? {} : { message: present(target, workspace) }),
    state: { values: {} },
    response_url: clicked.responseUrl,
    actions: [clicked.action],
  };
}

/** On the Home tab there is no channel, and no address for an answer: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function homeClickPayload(
  scene: Scene,
  {
    view,
    action,
    triggerId,
  }: Pick<Clicked, 'action' | 'triggerId'> & { readonly view: Readonly<Record<string, unknown>> },
): Record<string, unknown> {
  return {
    type: 'block_actions',
    ...interactionBase(scene, triggerId),
    container: { type: 'view', view_id: view['id'] },
    view,
    actions: [action],
  };
}

export interface Submitted {
  readonly view: Readonly<Record<string, unknown>>;
  readonly triggerId: string;
}

export function submitPayload(scene: Scene, { view, triggerId }: Submitted): Record<string, unknown> {
  return { type: 'view_submission', ...interactionBase(scene, triggerId), view, response_urls: [] };
}

/** Wraps an event as the Events API does. */
export function eventPayload(
  { workspace, user }: Scene,
  event: Record<string, unknown>,
): Record<string, unknown> {
  const { team, app } = workspace;
  return {
    token,
    team_id: team.id,
    context_team_id: team.id,
    api_app_id: app.id,
    event: { user, ...event },
    type: 'event_callback',
    event_id: `Ev${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: app.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: randomUUID(),
  };
}
