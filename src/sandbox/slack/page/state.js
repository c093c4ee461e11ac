/** What this person may see, kept equal to the server by its events. */
export const state = {
  workspace: undefined,
  user: '',
  channel: '',
  /** `ts` of the root of the open thread. */
  thread: undefined,
  /** Shows the app's Home tab in place of the channel. */
  atHome: false,
  home: undefined,
  messages: new Map(),
  ephemerals: new Map(),
  opened: new Map(),
};

const byTs = (a, b) => (a.ts < b.ts ? -1 : 1);

export function reset(snapshot) {
  state.workspace = snapshot.workspace;
  state.home = snapshot.home;
  state.messages = new Map(snapshot.messages.map((message) => [message.ts, message]));
  state.ephemerals = new Map(snapshot.ephemerals.map((message) => [message.ts, message]));
}

/** Takes an event over; true when a message list changed. */
export function apply(event) {
  if (event.type === 'posted' || event.type === 'updated')
    state.messages.set(event.message.ts, event.message);
  else if (event.type === 'deleted') state.messages.delete(event.ts);
  else if (event.type === 'ephemeral' || event.type === 'ephemeral_updated')
    state.ephemerals.set(event.ephemeral.ts, event.ephemeral);
  else if (event.type === 'ephemeral_deleted') state.ephemerals.delete(event.ts);
  else return false;
  return true;
}

export function replies(ts) {
  return [...state.messages.values()].filter(({ threadTs }) => threadTs === ts).sort(byTs);
}

export function channelMessages() {
  const shown = ({ channel, threadTs, broadcast }) =>
    channel === state.channel && (threadTs === undefined || broadcast);
  return [...state.messages.values(), ...state.ephemerals.values()].filter(shown).sort(byTs);
}

export function threadMessages() {
  const shown = ({ ts, threadTs }) => ts === state.thread || threadTs === state.thread;
  return [...state.messages.values(), ...state.ephemerals.values()].filter(shown).sort(byTs);
}

/** The newest root of this channel that has replies. */
export function newestThread() {
  const roots = [...state.messages.values()]
    .filter(({ channel }) => channel === state.channel)
    .map(({ threadTs }) => threadTs);
  return roots.filter(Boolean).sort().at(-1);
}
