import type { Workspace } from './types.ts';

/** The default workspace: four roles, two channels, one group of approvers. */
export const defaultWorkspace: Workspace = {
  team: { id: 'T0CHAT', name: 'Chat', domain: 'chat' },
  people: [
    { id: 'U0DEVELOPER', name: 'developer' },
    { id: 'U0REVIEWER', name: 'reviewer' },
    { id: 'U0OPERATOR', name: 'operator' },
    { id: 'U0GUEST', name: 'guest' },
  ],
  channels: [
    { id: 'C0DEPLOYS', name: 'deploys' },
    { id: 'C0RELEASES', name: 'releases' },
  ],
  userGroups: [{ id: 'S0APPROVERS', handle: 'approvers', users: ['U0REVIEWER', 'U0OPERATOR'] }],
  app: { id: 'A0SLIPWAY', userId: 'U0SLIPWAY', botId: 'B0SLIPWAY', name: 'slipway' },
  commands: ['/deploy', '/validate', '/rollback', '/monitor', '/rounds'],
};
