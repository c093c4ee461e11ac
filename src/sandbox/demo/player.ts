import { colors } from './colors.ts';
import type { SlackSandbox, StoredMessage } from '../slack/index.ts';
import { channelName, personName } from './plain.ts';
import type { Terminal } from './terminal.ts';

const manual = [
  '/deploy <service> <environment> [ref:<ref>]  as in Slack; refs to try: main, build-broken, startup-crash',
  'as <person>                                  be somebody else: developer, reviewer, operator, guest',
  'approve, reject                              click that button in the newest thread that has it',
  'quit                                         or Ctrl-C',
];

/** Somebody at the terminal who uses the workspace: types commands and clicks buttons. */
export class Player {
  readonly #slack: SlackSandbox;
  readonly #terminal: Terminal;
  readonly #channel: string;
  #user: string;

  constructor(slack: SlackSandbox, terminal: Terminal) {
    this.#slack = slack;
    this.#terminal = terminal;
    this.#user = slack.workspace.people[0]?.id ?? '';
    this.#channel = slack.workspace.channels[0]?.id ?? '';
  }

  isFarewell(line: string): boolean {
    return ['quit', 'exit'].includes(line.trim());
  }

  async enter(line: string): Promise<void> {
    const text = line.trim();
    if (text === '') return;
    const [verb = '', who = ''] = text.split(/\s+/);
    if (text.startsWith('/')) await this.#type(text);
    else if (verb === 'as') this.#become(who);
    else if (verb === 'approve' || verb === 'reject') await this.#click(verb);
    else for (const help of manual) this.#terminal.line(`  ${help}`);
  }

  async #type(text: string): Promise<void> {
    const { workspace } = this.#slack;
    const where = `${personName(this.#user, workspace)} in #${channelName(this.#channel, workspace)}`;
    this.#terminal.line(`\n  ${colors.bold(where)}  ${text}`);
    await this.#slack.command({ user: this.#user, channel: this.#channel, text });
  }

  #become(name: string): void {
    const person = this.#slack.workspace.people.find((each) => each.name === name);
    if (person !== undefined) this.#user = person.id;
    this.#terminal.line(
      person === undefined ? `  There is no ${name}.` : `  You are ${person.name} from now on.`,
    );
  }

  async #click(actionId: string): Promise<void> {
    const message = this.#slack.workspace.channels
      .flatMap((channel) => this.#slack.messages(channel.id))
      .filter((each) => hasButton(each, actionId))
      .at(-1);
    if (message === undefined) {
      this.#terminal.line(`  No thread has a button ${actionId} now.`);
      return;
    }
    const { channel, ts } = message;
    await this.#slack.click({ user: this.#user, channel, ts, actionId });
  }
}

function hasButton(message: StoredMessage, actionId: string): boolean {
  return message.blocks.some(
    (block) =>
      block.type === 'actions' && JSON.stringify(block['elements']).includes(`"action_id":"${actionId}"`),
  );
}
