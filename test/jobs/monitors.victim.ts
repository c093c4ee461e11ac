import { Redis } from 'ioredis';
import { keys } from '../../src/ledger/keys.ts';
import { Leases } from '../../src/ledger/leases.ts';

/** A worker in the middle of a round that never ends: it holds the lease until it is killed. */
const [port = '', environment = ''] = process.argv.slice(2);
const leases = new Leases(new Redis(Number(port)));
const signal = new AbortController().signal;
await leases.hold({ key: keys.roundLease(environment), lastsMs: 5_000, signal }, async () => {
  process.send?.('in the middle of a round');
  await new Promise(() => undefined);
});
