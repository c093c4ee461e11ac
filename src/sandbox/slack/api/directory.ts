import { z } from 'zod';
import { readArgs } from './context.ts';
import type { Method } from './context.ts';
import { SlackError } from './errors.ts';

export const authTest: Method = ({ workspace, pageUrl }) => ({
  url: pageUrl(),
  team: workspace.team.name,
  team_id: workspace.team.id,
  user: workspace.app.name,
  user_id: workspace.app.userId,
  bot_id: workspace.app.botId,
  is_enterprise_install: false,
});

/** The address is good for one connection; an eleventh connection is turned away at its upgrade. */
export const connectionsOpen: Method = ({ newSocketUrl }) => ({ url: newSocketUrl() });

export const usersInfo: Method = ({ workspace }, args) => {
  const { user } = readArgs(z.object({ user: z.string() }), args);
  const { app, team } = workspace;
  const isBot = user === app.userId;
  const person = isBot ? { id: app.userId, name: app.name } : workspace.people.find(({ id }) => id === user);
  if (!person) throw new SlackError('user_not_found');
  const { id, name } = person;
  return {
    user: {
      id,
      team_id: team.id,
      name,
      deleted: false,
      real_name: name,
      tz: 'Etc/UTC',
      tz_offset: 0,
      profile: { real_name: name, display_name: name, team: team.id },
      is_admin: false,
      is_owner: false,
      is_bot: isBot,
      is_app_user: false,
      updated: 0,
    },
  };
};

export const userGroupMembers: Method = ({ workspace }, args) => {
  const { usergroup } = readArgs(z.object({ usergroup: z.string() }), args);
  const group = workspace.userGroups.find(({ id }) => id === usergroup);
  if (!group) throw new SlackError('no_such_subteam');
  return { users: group.users };
};
