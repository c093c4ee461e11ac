import { colors } from './colors.ts';
import type { StoredMessage, Workspace } from '../slack/index.ts';

/** Slack's mrkdwn as a terminal can show it; what stays is the meaning. */
export function plain(mrkdwn: string, workspace: Workspace): string {
  return mrkdwn
    .replace(/```\n?/g, '')
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<!subteam\^(\w+)>/g, (_all, id: string) => `@${groupName(id, workspace)}`)
    .replace(/<@(\w+)>/g, (_all, id: string) => `@${personName(id, workspace)}`)
    .replace(/<#(\w+)>/g, (_all, id: string) => `#${channelName(id, workspace)}`)
    .replace(/<([^|>]+)\|([^>]+)>/g, '$2 ($1)')
    .replace(/<([^>]+)>/g, '$1')
    .replace(/(^|\s)\*([^*\n]+)\*/g, (_all, space: string, words: string) => `${space}${colors.bold(words)}`)
    .replaceAll('`', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

export function personName(id: string, { people }: Workspace): string {
  return people.find((person) => person.id === id)?.name ?? id;
}

export function channelName(id: string, { channels }: Workspace): string {
  return channels.find((channel) => channel.id === id)?.name ?? id;
}

function groupName(id: string, { userGroups }: Workspace): string {
  return userGroups.find((group) => group.id === id)?.handle ?? id;
}

export interface Task {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly details: string;
}

/** The tasks of the plan block, if the message has one. */
export function tasksOf(message: StoredMessage): readonly Task[] {
  const plan = message.blocks.find((block) => block.type === 'plan');
  const tasks = Array.isArray(plan?.['tasks']) ? (plan['tasks'] as readonly Record<string, unknown>[]) : [];
  return tasks.map((task) => ({
    id: String(task['task_id']),
    title: String(task['title']),
    status: String(task['status']),
    details: /"text":"([^"]+)"/.exec(JSON.stringify(task['details'] ?? ''))?.[1] ?? '',
  }));
}

/** What slipway stamped on the message: which part of which operation it is. */
export function stampOf(message: StoredMessage) {
  const payload = message.metadata?.event_payload;
  return payload === undefined
    ? undefined
    : {
        operation: String(payload['operation']),
        message: String(payload['message']),
        state: String(payload['state']),
      };
}
