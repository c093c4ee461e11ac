import { SlackError } from '../api/errors.ts';
import type { ResponseTarget } from '../response-urls.ts';
import { commandPayload } from '../socket/payloads.ts';
import type { Delivery } from '../types.ts';
import { notice, sceneAt, told } from './office.ts';
import type { Office } from './office.ts';

export interface CommandInput {
  readonly user: string;
  readonly channel: string;
  /** As typed, with the command: `/deploy backend staging`. */
  readonly text: string;
  readonly triggerId?: string;
}

interface Sent {
  readonly name: string;
  readonly target: ResponseTarget;
  readonly delivery: Delivery;
}

function unknownCommand(name: string): string {
  return `${name} is not a valid command. In Slack, all messages that start with the "/" character are interpreted as commands.\nIf you are trying to send a message and not run a command, try preceding the "/" with an empty space.`;
}

/** Shows the message that came with the ack, or Slack's notice when there is no good answer. */
function showAnswer(office: Office, { name, target, delivery }: Sent): void {
  const failed = (code: string): void => {
    notice(office, target, `${name} failed with the error "${code}"`);
  };
  if (delivery.outcome === 'timeout') failed('operation_timeout');
  if (delivery.outcome === 'no-listener') failed('dispatch_failed');
  if (delivery.outcome !== 'acked') return;
  try {
    office.responseUrls.acknowledge(target, delivery.response);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    failed(error.code);
  }
}

/** Types a slash command; resolves when it is acked or given up. */
export async function command(
  office: Office,
  { user, channel, text, triggerId }: CommandInput,
): Promise<Delivery> {
  const scene = sceneAt(office, user, channel);
  const [, name = text, rest = ''] = /^(\/\S+)\s?([\s\S]*)$/u.exec(text) ?? [];
  if (!office.workspace.commands.includes(name)) {
    notice(office, scene, unknownCommand(name));
    return told(office, user, { outcome: 'no-listener', type: 'slash_commands', ms: 0 });
  }
  const target = { user, channel };
  const typed = {
    command: name,
    text: rest,
    responseUrl: office.responseUrls.create(target),
    triggerId: triggerId ?? office.triggers.issue(user),
  };
  const delivery = await office.envelopes.send('slash_commands', commandPayload(scene, typed));
  showAnswer(office, { name, target, delivery });
  return told(office, user, delivery);
}
