import type { Delivery } from '../types.ts';
import { click, clickHome } from './click.ts';
import type { ClickInput, HomeClickInput } from './click.ts';
import { command } from './command.ts';
import type { CommandInput } from './command.ts';
import { mention, say } from './mention.ts';
import type { MentionInput } from './mention.ts';
import type { Office } from './office.ts';
import { dismiss, openHome, submit } from './views.ts';
import type { DismissInput, SubmitInput } from './views.ts';

/** What people can do. Each resolves when the app has acked or the time is over. */
export interface People {
  readonly command: (input: CommandInput) => Promise<Delivery>;
  readonly click: (input: ClickInput) => Promise<Delivery>;
  readonly clickHome: (input: HomeClickInput) => Promise<Delivery>;
  readonly mention: (input: MentionInput) => Promise<Delivery>;
  /** Like `mention`, but the app hears nothing unless the text names it. */
  readonly say: (input: MentionInput) => Promise<Delivery | undefined>;
  readonly openHome: (user: string) => Promise<Delivery>;
  readonly submit: (input: SubmitInput) => Promise<Delivery>;
  /** Closes a modal without submitting it; the app hears nothing of it. */
  readonly dismiss: (input: DismissInput) => Promise<void>;
}

export function peopleIn(office: Office): People {
  return {
    command: (input) => command(office, input),
    click: (input) => click(office, input),
    clickHome: (input) => clickHome(office, input),
    mention: (input) => mention(office, input),
    say: (input) => say(office, input),
    openHome: (user) => openHome(office, user),
    submit: (input) => submit(office, input),
    dismiss: (input) => dismiss(office, input),
  };
}
