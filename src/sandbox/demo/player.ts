import { colors } from './colors.ts';
import { refField, roundActions } from '../../slack/messages/rounds/buttons.ts';
import type { SlackSandbox, StoredMessage } from '../slack/index.ts';
import { channelName, personName } from './plain.ts';
import type { Terminal } from './terminal.ts';

const manual = [
  '/deploy <service> <environment> [ref:<ref>]  as in Slack; refs to try: main, build-broken, startup-crash',
  '/rounds start backend staging suites:e2e     deploys and runs the tests until they pass; ref:ws-headers fails 5 of 41',
  'next <ref>, again, stop                      between two rounds: deploy this ref, run what failed again, no more rounds',
  'as <person>                                  be somebody else: developer, reviewer, operator, guest',
  'approve, reject                              click that button in the newest thread that has it',
  'quit                                         or Ctrl-C',
];

/** What is typed for a button, and the button. */
const buttons = new Map([
  ['approve', 'approve'],
  ['reject', 'reject'],
  ['next', roundActions.deploy],
  ['again', roundActions['re-run']],
  ['stop', roundActions.stop],
]);

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
    const [verb = '', what = ''] = text.split(/\s+/);
    const button = buttons.get(verb);
    if (text.startsWith('/')) await this.#type(text);
    else if (verb === 'as') this.#become(what);
    else if (verb === 'next') await this.#deployNext(what.replace(/^ref:/, ''));
    else if (button !== undefined) await this.#click(button);
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

  /** The button opens a window, which asks for the ref. */
  async #deployNext(ref: string): Promise<void> {
    const user = this.#user;
    let leave: () => void = () => undefined;
    const opened = new Promise<string>((resolve) => {
      leave = this.#slack.subscribe((event) => {
        if (event.type === 'modal' && event.view.user === user) resolve(event.view.id);
        // Instead of the window: why there is none.
        if (event.type === 'ephemeral' && event.ephemeral.user === user) resolve('');
      });
    });
    const clicked = await this.#click(roundActions.deploy);
    const viewId = clicked ? await opened : '';
    leave();
    if (viewId === '') return;
    const values = { [refField.block]: { [refField.field]: { type: 'plain_text_input', value: ref } } };
    await this.#slack.submit({ user, viewId, values });
  }

  /** @returns whether there was such a button. */
  async #click(actionId: string): Promise<boolean> {
    const message = this.#slack.workspace.channels
      .flatMap((channel) => this.#slack.messages(channel.id))
      .filter((each) => hasButton(each, actionId))
      .at(-1);
    if (message === undefined) {
      this.#terminal.line(`  No thread has a button ${actionId} now.`);
      return false;
    }
    const { channel, ts } = message;
    await this.#slack.click({ user: this.#user, channel, ts, actionId });
    return true;
  }
}

function hasButton(message: StoredMessage, actionId: string): boolean {
  return message.blocks.some(
    (block) =>
      block.type === 'actions' && JSON.stringify(block['elements']).includes(`"action_id":"${actionId}"`),
  );
}
