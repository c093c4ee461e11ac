import type { ActionsBlock, Button, StaticSelect } from '@slack/types';
import { z } from 'zod';
import type { Alert } from '../../../domain/alert/alert.ts';
import { type AlertHand, handsOf } from '../../../domain/alert/hand.ts';
import { snoozeChoices } from '../../../domain/alert/snooze.ts';
import { clip } from '../mrkdwn.ts';

/** Action ids, by what they do. */
export const alertActions = {
  ack: 'alert_ack',
  snooze: 'alert_snooze',
  rollback: 'alert_rollback',
  checks: 'alert_checks',
} as const satisfies Record<AlertHand, string>;

const firingSchema = z.object({ key: z.string(), firedAt: z.number() });
/** Which firing a button is for: no later one. */
export type Firing = z.infer<typeof firingSchema>;

/** Stands before the firing in the id of the block: an option of a menu may hold 150 characters, which a key can have. */
const blockPrefix = 'alert:';

/** @returns undefined for a block that is none of an alert of ours. */
export function readFiring(blockId: string | undefined): Firing | undefined {
  if (blockId?.startsWith(blockPrefix) !== true) return undefined;
  try {
    return firingSchema.safeParse(JSON.parse(blockId.slice(blockPrefix.length))).data;
  } catch {
    return undefined;
  }
}

/** The buttons that act now. @param lastGood the revision that users would go back to; absent: there is none known. */
export function alertButtons(alert: Alert, lastGood: string | undefined): ActionsBlock {
  const make = {
    ack: () => plain('ack', 'Acknowledge'),
    snooze,
    rollback: () => rollback(alert, lastGood),
    checks: () => plain('checks', 'Show checks'),
  } as const satisfies Record<AlertHand, () => Button | StaticSelect>;
  return {
    type: 'actions',
    block_id: blockOf(alert),
    elements: handsOf(alert).map((hand) => make[hand]()),
  };
}

/** Of a button that only leads to the thread. */
export const alertThreadAction = 'alert_thread';

/** The same on the Home tab, where a button of one alert must differ from that of another; `url` leads to its thread. */
export function homeAlertButtons(alert: Alert, url: string | undefined): ActionsBlock {
  const own = handsOf(alert).flatMap((hand) => {
    if (hand === 'snooze') return [];
    if (hand === 'rollback') return [rollback(alert, undefined)];
    return [plain(hand, hand === 'ack' ? 'Acknowledge' : 'Show checks')];
  });
  const thread: Button = {
    type: 'button',
    action_id: alertThreadAction,
    text: { type: 'plain_text', text: 'Thread' },
    ...(url === undefined ? {} : { url }),
  };
  return {
    type: 'actions',
    block_id: blockOf(alert),
    elements: [...own, ...(url === undefined ? [] : [thread])].map((button) => ({
      ...button,
      value: alert.key,
    })),
  };
}

function blockOf({ key, firedAt }: Alert): string {
  return `${blockPrefix}${JSON.stringify({ key, firedAt } satisfies Firing)}`;
}

function plain(hand: AlertHand, title: string): Button {
  return { type: 'button', action_id: alertActions[hand], text: { type: 'plain_text', text: title } };
}

function snooze(): StaticSelect {
  return {
    type: 'static_select',
    action_id: alertActions.snooze,
    placeholder: { type: 'plain_text', text: 'Snooze…' },
    options: snoozeChoices.map(({ word, title }) => ({
      text: { type: 'plain_text', text: title },
      value: word,
    })),
  };
}

function rollback({ service, environment }: Alert, lastGood: string | undefined): Button {
  const where = lastGood === undefined ? '' : `, ${lastGood} as far as is known`;
  return {
    ...plain('rollback', 'Roll back'),
    style: 'danger',
    confirm: {
      title: { type: 'plain_text', text: clip(`Roll back ${service} in ${environment}?`, 100) },
      text: {
        type: 'plain_text',
        text: clip(`Users go back to the last revision that served well${where}.`, 300),
      },
      confirm: { type: 'plain_text', text: 'Roll back' },
      deny: { type: 'plain_text', text: 'Back' },
    },
  };
}
