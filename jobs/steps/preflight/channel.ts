import type { PreflightCheck } from './check.ts';

/** Where the thread goes: what nobody can read is not begun. Its second place is where the command was typed. */
export const channel: PreflightCheck = {
  what: 'Slack channel',
  look: async ({ operation, channel: stateOf }) => {
    const { channel: first, typedIn } = operation.request;
    const state = await stateOf(first);
    if (state.kind === 'open') return {};
    if (state.kind === 'unknown') return { unchecked: [`Slack channel ${first}: ${state.why}`] };
    const second = typedIn === first ? state : await stateOf(typedIn);
    const advice = `Invite slipway to the channel, or mend channel in slipway.yaml.`;
    if (second.kind !== 'closed')
      return { ready: [], warnings: [`Channel ${first} cannot be posted to (${state.why}). ${advice}`] };
    const evidence = [`conversations.info ${first}: ${state.why}`];
    return { blockers: [{ what: 'Slack channel', evidence, prevents: 'Tell anybody of it', advice }] };
  },
};
