import type { Alert } from '../domain/alert/alert.ts';
import { alertRootId, sightRootId, stormRootId } from '../domain/alert/thread.ts';
import type { Blindness } from '../domain/monitor/sight.ts';
import type { Operation } from '../domain/operation.ts';
import type { AlertFacts } from './messages/alert/root.ts';
import { stormRoot } from './messages/alert/storm.ts';
import { alertThreadOf } from './messages/alert/thread.ts';
import type { IssueFacts } from './messages/issue.ts';
import { roundsThreadOf } from './messages/rounds/thread.ts';
import { sightThreadOf } from './messages/sight.ts';
import { type OperationFacts, threadOf } from './messages/thread.ts';
import type { Thread } from './thread.ts';

/** Where its channel cannot be written to it goes where the command was typed, then to the requester. */
export function operationThread(operation: Operation, facts?: OperationFacts): Thread {
  return threadWith(operation, threadOf(operation, facts));
}

/** With the operations of its rounds, which have no thread of their own. */
export function roundsThread(
  operation: Operation,
  children: readonly Operation[],
  issue?: IssueFacts,
): Thread {
  return threadWith(operation, roundsThreadOf(operation, children, issue));
}

function threadWith(operation: Operation, drafts: Thread['drafts']): Thread {
  const { id, request, requestedAt, outcome, phase } = operation;
  return {
    id,
    places: [request.channel, request.typedIn, request.by],
    beganAt: requestedAt,
    state: outcome ?? phase,
    drafts,
  };
}

export function alertThread(alert: Alert, facts: AlertFacts): Thread {
  return {
    id: alertRootId(alert),
    places: [alert.channel],
    beganAt: alert.firings[0] ?? alert.firedAt,
    state: alert.phase,
    drafts: alertThreadOf(alert, facts),
  };
}

export interface StormView {
  readonly environment: string;
  readonly began: number;
  /** At least one. */
  readonly alerts: readonly Alert[];
}

/** The digest of an environment: a root without replies. */
export function stormThread({ environment, began, alerts }: StormView): Thread {
  const channels = [...new Set(alerts.map(({ channel }) => channel))];
  return {
    id: stormRootId(environment, began),
    places: channels,
    beganAt: began,
    state: alerts.every(({ phase }) => phase === 'resolved') ? 'resolved' : 'firing',
    drafts: [stormRoot(environment, began, alerts)],
  };
}

/** What is told of a prober that sees nothing. */
export function sightThread(blindness: Blindness): Thread {
  const { environment, channel, began, endedAt } = blindness;
  return {
    id: sightRootId(environment, began),
    places: [channel],
    beganAt: began,
    state: endedAt === undefined ? 'blind' : 'seeing',
    drafts: sightThreadOf(blindness),
  };
}
