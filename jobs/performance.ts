import type { Logger } from 'pino';
import type { Cloud } from '../src/cloud/index.ts';
import type { Operation } from '../src/domain/operation.ts';
import type { Target } from '../src/domain/target.ts';
import type { Ledger } from '../src/ledger/ledger.ts';
import type { Records } from '../src/ledger/records.ts';
import type { Producer } from '../src/queue/producer.ts';
import type { ChannelState } from '../src/slack/channel.ts';

/** What an operation is performed with. */
export interface Performance {
  readonly ledger: Ledger;
  readonly producer: Producer;
  readonly cloud: Cloud;
  readonly log: Logger;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** The configured targets; undefined when the configuration no longer has one of them. */
  readonly targets: (request: Operation['request']) => readonly Target[] | undefined;
  readonly records: Records;
  /** Whether slipway can post in this Slack channel. */
  readonly channel: (id: string) => Promise<ChannelState>;
}
