/** Somebody who works in the workspace. `id` is a Slack user id such as `U0DEVELOPER`. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

export interface Channel {
  readonly id: string;
  /** Without the leading `#`. */
  readonly name: string;
}

export interface UserGroup {
  readonly id: string;
  /** Without the leading `@`. */
  readonly handle: string;
  readonly users: readonly string[];
}

export interface Workspace {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  readonly userGroups: readonly UserGroup[];
  readonly app: {
    readonly id: string;
    readonly userId: string;
    readonly botId: string;
    readonly name: string;
  };
  /** Slash commands with their leading `/`. */
  readonly commands: readonly string[];
}

/** A Block Kit block as it was sent; `validateBlocks` has accepted it. */
export interface Block {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Metadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

export interface StoredMessage {
  readonly channel: string;
  /** Seconds with six decimals, unique in the workspace and increasing. */
  readonly ts: string;
  readonly user: string;
  readonly byApp: boolean;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly mrkdwn: boolean;
  /** Set on replies only; a root message has none. */
  readonly threadTs?: string;
  readonly broadcast: boolean;
  readonly metadata?: Metadata;
  readonly editedTs?: string;
}

/** A message that only one person sees. */
export interface Ephemeral {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly threadTs?: string;
  /** `slack` marks the workspace's own notices, such as `operation_timeout`. */
  readonly from: 'chat.postEphemeral' | 'response_url' | 'ack' | 'slack';
}

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

/** What became of one envelope. `no-listener`: no socket was open, or the command is unknown. */
export interface Delivery {
  readonly outcome: 'acked' | 'timeout' | 'no-listener';
  readonly type: EnvelopeType;
  readonly envelopeId?: string;
  /** Milliseconds from sending to the ack (or to giving up). */
  readonly ms: number;
  /** The payload that came with the ack, if any. */
  readonly response?: unknown;
}

export interface CallRecord {
  readonly method: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly ok: boolean;
  readonly error?: string;
}

/** An opened modal, or a person's Home tab. */
export interface StoredView {
  readonly id: string;
  readonly user: string;
  readonly view: Readonly<Record<string, unknown>>;
}

export type SandboxEvent =
  | { readonly type: 'posted' | 'updated'; readonly message: StoredMessage }
  | { readonly type: 'deleted'; readonly channel: string; readonly ts: string }
  | { readonly type: 'ephemeral' | 'ephemeral_updated'; readonly ephemeral: Ephemeral }
  | { readonly type: 'ephemeral_deleted'; readonly user: string; readonly ts: string }
  | { readonly type: 'home' | 'modal'; readonly view: StoredView }
  | { readonly type: 'modal_closed'; readonly user: string; readonly id: string }
  | { readonly type: 'delivery'; readonly user: string; readonly delivery: Delivery }
  | { readonly type: 'connections'; readonly count: number };
