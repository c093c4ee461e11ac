import { decideControl } from '../src/domain/controls.ts';
import type { Hand } from '../src/domain/operation.ts';
import type { ChildRequest } from '../src/domain/rounds/child.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { Producer } from '../src/queue/producer.ts';

/** Somebody else may write at the same time: what they wrote is read again. */
const tries = 10;
/** As long as an operation may wait for people, and then some: opening the same child twice must give the same. */
const rememberSeconds = 30 * 86_400;

/** What an operation may do with those that it begins. */
export interface Children {
  /** Opens it, and makes sure that it runs. The same delivery gives the same operation. @returns its id. */
  begin(request: ChildRequest, deliveryId: string): Promise<string>;
  /** What this delivery has opened. */
  begun(deliveryId: string): Promise<string | undefined>;
  /** Asks for its end, as a click on Cancel would. Twice is safe: the second changes nothing. */
  cancel(id: string, hand: Pick<Hand, 'by' | 'byName'>): Promise<void>;
}

export interface ChildrenOptions {
  readonly ledger: Pick<Ledger, 'open' | 'openedBy' | 'operation' | 'appendIf'>;
  readonly producer: Pick<Producer, 'submit' | 'wake'>;
  readonly now: () => number;
}

export function childrenOf({ ledger, producer, now }: ChildrenOptions): Children {
  return {
    begin: async (request, deliveryId) => {
      const { id } = await ledger.open({ ...request, at: now(), deliveryId, rememberSeconds });
      await producer.submit(id);
      return id;
    },
    begun: async (deliveryId) => ledger.openedBy(deliveryId),
    cancel: async (id, hand) => {
      for (let attempt = 0; attempt < tries; attempt += 1) {
        const operation = await ledger.operation(id);
        const decided = decideControl(operation, { ...hand, control: 'cancelled', at: now() });
        if (operation === undefined || decided.kind === 'refuse') return;
        if (await ledger.appendIf(operation, decided.event)) return producer.wake(id);
      }
    },
  };
}
