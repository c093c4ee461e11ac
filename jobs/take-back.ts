import { type Alert, alertKey } from '../src/domain/alert/alert.ts';
import { beginWithinMs } from '../src/domain/alert/pages.ts';
import {
  type DeployFact,
  deployFact,
  monitorName,
  takeBackDelivery,
} from '../src/domain/alert/taken-back.ts';
import { symptomTitles } from '../src/domain/monitor/round.ts';
import { operationLabel } from '../src/domain/operation.ts';
import { plansOf } from '../src/domain/plan-of.ts';
import type { Split } from '../src/domain/results.ts';
import type { Target } from '../src/domain/target.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { Records } from '../src/ledger/records.ts';
import type { Producer } from '../src/queue/producer.ts';

/** Longer than any watch window (`environments.*.monitors.watch`), so that a deploy is taken back once in all. */
const rememberSeconds = 7 * 86_400;

export interface TakeBackOptions {
  readonly ledger: Pick<Ledger, 'open' | 'openedBy' | 'operation' | 'unfinished'>;
  readonly records: Pick<Records, 'served'>;
  readonly producer: Pick<Producer, 'submit' | 'wake'>;
  /** Who serves users of a target now. */
  readonly serving: (target: Target) => Promise<Split>;
  readonly now: () => number;
}

/**
 * The deploy that users of the target are on: it succeeded, and nobody was moved since as far as the ledger knows.
 * @param withinMs of its end; older ones are not looked at
 */
export async function lastDeploy(
  target: Target,
  withinMs: number,
  { ledger, records, now }: Pick<TakeBackOptions, 'ledger' | 'records' | 'now'>,
): Promise<DeployFact | undefined> {
  const last = await records.served.last(target);
  if (last === undefined || now() - last.at > withinMs) return undefined;
  return deployFact(await ledger.operation(last.operation), target.service);
}

/**
 * Whether it is to be taken back: a monitor does so already, or users are on it and no person takes them from it.
 * @throws what Cloud Run throws when it does not say who serves users
 */
export async function isToTakeBack(
  target: Target,
  deploy: DeployFact,
  { ledger, serving }: Pick<TakeBackOptions, 'ledger' | 'serving'>,
): Promise<boolean> {
  const { service, environment } = target;
  const { operation, revision } = deploy;
  if ((await ledger.openedBy(takeBackDelivery({ operation, service }))) !== undefined) return true;
  const split = await serving(target);
  if (!split.some((entry) => entry.revision === revision && entry.percent > 0)) return false;
  for (const id of await ledger.unfinished()) {
    if (!id.startsWith(`${environment}-`)) continue;
    const request = (await ledger.operation(id))?.request;
    const same = request?.environment === environment && request.services.includes(service);
    // Another alert of the same target may open it at this moment.
    if (same && request.kind === 'rollback' && request.cause?.deploy !== operation) return false;
  }
  return true;
}

/**
 * Opens the rollback that an alert asks for, as an ordinary operation: it passes locks and freezes as every rollback
 * does, and no role is asked about, because no person asks. Twice is safe, also from several alerts and after a crash
 * at any line: the ledger knows the deploy's rollback by its delivery, and an operation without a job gets one from
 * the sweep.
 * @returns undefined when there is nothing to take back any more
 */
export async function openRollback(
  target: Target,
  alert: Alert,
  options: TakeBackOptions,
): Promise<string | undefined> {
  const { ledger, producer, now } = options;
  const { service, environment, channel, ref } = target;
  if (alert.takeBack === undefined) return undefined;
  const deliveryId = takeBackDelivery({ operation: alert.takeBack, service });
  const known = await ledger.openedBy(deliveryId);
  if (known !== undefined) return known;
  if (now() - alert.firedAt > beginWithinMs) return undefined;
  const deploy = await lastDeploy(target, Number.POSITIVE_INFINITY, options);
  if (deploy?.operation !== alert.takeBack || !(await isToTakeBack(target, deploy, options)))
    return undefined;
  const { digest } = deploy;
  const { id, behind } = await ledger.open({
    kind: 'rollback',
    services: [service],
    environment,
    ref,
    ...plansOf([target], { kind: 'rollback' }),
    // By name: a rollback of a person that ends just before this one begins is not followed by a second one.
    revision: deploy.before,
    channel,
    typedIn: channel,
    by: monitorName,
    byName: monitorName,
    at: now(),
    deliveryId,
    rememberSeconds,
    cause: {
      alert: alertKey(alert),
      deploy: deploy.operation,
      reason: reasonOf(alert, deploy),
      ...(digest === undefined ? {} : { digest }),
    },
  });
  await producer.submit(id);
  // The deploy that it stops may be waiting for an approval.
  if (behind !== undefined) await producer.wake(behind);
  return id;
}

/** `Takes back staging #42: WebSocket handshakes that fail 34 % (limit 10 %)` */
function reasonOf({ symptom, measured }: Alert, { operation }: DeployFact): string {
  const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`;
  const rate = `${percent(measured.value)} (limit ${percent(measured.limit)})`;
  return `Takes back ${operationLabel(operation)}: ${symptomTitles[symptom]} ${rate}`;
}
