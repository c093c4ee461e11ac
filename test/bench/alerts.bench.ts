import { seeded } from '../support/monitoring.ts';
import { detection, median, rollbacksIn, simulate } from '../support/monitor-simulation.ts';

/**
 * `node scripts/run.mjs bench alerts [hours]`: what the rules do about 10,000 hours of simulated rounds (10 handshakes
 * each 10 s, spread over 2 s). Every hour is six watch windows, each after a deploy: the worst case for rollbacks.
 */
const hours = Number(process.argv[2] ?? 10_000);
const random = seeded(20_261_121);
const handshakes = { random, symptom: 'handshakeFailures' } as const;
let missed = 0;

interface Measured {
  readonly value: number;
  readonly limit?: number | undefined;
  readonly unit: string;
}

function line(name: string, { value, limit, unit }: Measured): void {
  const met = limit === undefined || value <= limit;
  if (!met) missed += 1;
  const verdict = limit === undefined ? '' : met ? 'met' : 'missed';
  const bound = limit === undefined ? '' : ` ≤ ${limit}`;
  process.stdout.write(
    `${verdict.padEnd(8)}${(name + bound).padEnd(66)}${Number(value.toFixed(4))} ${unit}\n`,
  );
}

const windows = hours * 6;
const accidents = rollbacksIn(windows, { ...handshakes, failing: () => () => 0.05 });
line('false rollbacks at a true 5 %', { value: accidents / hours, limit: 0.1, unit: 'an hour' });

/** How many of 10,000 blips of 20 s, on a service of which this share fails all the time, take users back. */
function blips(base: number, everyMs?: number): number {
  const failing = () => {
    const from = 60_000 + random() * 400_000;
    return (at: number) => (at >= from && at < from + 20_000 ? 1 : base);
  };
  const every = everyMs === undefined ? {} : { everyMs };
  return rollbacksIn(10_000, { ...handshakes, ...every, failing });
}
line('rollbacks for 10,000 blips of 20 s', { value: blips(0), limit: 0, unit: '' });
line('the same at a true 1 %', { value: blips(0.01), unit: '' });
line('the same at a true 5 %', { value: blips(0.05), limit: 10, unit: '' });
line('the same at a true 5 %, looked at each 5 s', { value: blips(0.05, 5_000), limit: 10, unit: '' });

for (const { share, limit } of [{ share: 1, limit: 35 }, { share: 0.5 }, { share: 0.3 }]) {
  for (const deployed of [false, true]) {
    const found = Array.from(
      { length: 1_000 },
      () => detection(share, { ...handshakes, deployed }) ?? Number.POSITIVE_INFINITY,
    );
    const what = `${share * 100} % failing: to the ${deployed ? 'rollback' : 'page'}`;
    line(`${what}, median`, { value: median(found) / 1_000, unit: 's' });
    line(`${what}, worst`, {
      value: Math.max(...found) / 1_000,
      limit: deployed ? undefined : limit,
      unit: 's',
    });
  }
}

const burns = Array.from({ length: 200 }, () => {
  const until = ({ type }: { readonly type: string }) => type === 'fired';
  const slow = { failing: () => 0.12, deployed: false, rounds: 1_080, until };
  return simulate({ ...handshakes, ...slow })[0]?.at ?? Number.POSITIVE_INFINITY;
});
line('12 % failing (limit 10 %): to the page, median', {
  value: median(burns) / 60_000,
  limit: 60,
  unit: 'min',
});
const lost = burns.filter((at) => at === Number.POSITIVE_INFINITY).length;
line('12 % failing: not found in 3 h, of 200', { value: lost, limit: 0, unit: '' });

const quietHours = Math.max(10, Math.round(hours / 10));
const quiet = simulate({ ...handshakes, failing: () => 0.05, deployed: false, rounds: quietHours * 360 });
const fired = quiet.filter(({ event }) => event.type === 'fired').length;
line('false pages at a true 5 % (limit 10 %)', { value: fired / quietHours, unit: 'an hour' });
process.exitCode = missed === 0 ? 0 : 1;
