import { seeded } from '../support/monitoring.ts';
import { detection, isRollback, median, rollbacksIn, simulate } from '../support/monitor-simulation.ts';

/**
 * `node scripts/run.mjs bench alerts [hours]`: what the rules do about 10,000 hours of simulated rounds (10 handshakes
 * each 10 s, spread over 2 s). Every hour is six watch windows, each after a deploy: the worst case for rollbacks.
 */
const hours = Number(process.argv[2] ?? 10_000);
const random = seeded(20_261_121);
const handshakes = { random, symptom: 'handshakeFailures' } as const;
let missed = 0;

function line(name: string, value: number, limit: number | undefined, unit: string): void {
  const met = limit === undefined || value <= limit;
  if (!met) missed += 1;
  const verdict = limit === undefined ? '' : met ? 'met' : 'missed';
  const bound = limit === undefined ? '' : ` ≤ ${limit}`;
  process.stdout.write(
    `${verdict.padEnd(8)}${(name + bound).padEnd(66)}${Number(value.toFixed(4))} ${unit}\n`,
  );
}

const windows = hours * 6;
line(
  'false rollbacks at a true 5 %',
  rollbacksIn(windows, { ...handshakes, failing: () => () => 0.05 }) / hours,
  0.1,
  'an hour',
);

const blip = (base: number) => () => {
  const from = 60_000 + random() * 400_000;
  return (at: number) => (at >= from && at < from + 20_000 ? 1 : base);
};
line('rollbacks for 10,000 blips of 20 s', rollbacksIn(10_000, { ...handshakes, failing: blip(0) }), 0, '');
line('the same at a true 1 %', rollbacksIn(10_000, { ...handshakes, failing: blip(0.01) }), undefined, '');
line('the same at a true 5 %', rollbacksIn(10_000, { ...handshakes, failing: blip(0.05) }), undefined, '');

for (const [share, limitPage, limitBack] of [
  [1, 35, undefined],
  [0.3, undefined, undefined],
] as const) {
  const found = (deployed: boolean) =>
    Array.from(
      { length: 1_000 },
      () => detection(share, { ...handshakes, deployed }) ?? Number.POSITIVE_INFINITY,
    );
  const [page, back] = [found(false), found(true)];
  const percent = `${share * 100} % failing`;
  line(`${percent}: to the page, worst`, Math.max(...page) / 1_000, limitPage, 's');
  line(`${percent}: to the page, median`, median(page) / 1_000, undefined, 's');
  line(`${percent}: to the rollback, worst`, Math.max(...back) / 1_000, limitBack, 's');
  line(`${percent}: to the rollback, median`, median(back) / 1_000, undefined, 's');
}

const burn = Array.from({ length: 200 }, () => {
  const found = simulate({
    ...handshakes,
    failing: () => 0.12,
    deployed: false,
    rounds: 1_080,
    until: ({ type }) => type === 'fired',
  });
  return found[0]?.at ?? Number.POSITIVE_INFINITY;
});
line('12 % failing (limit 10 %): to the page, median', median(burn) / 60_000, 60, 'min');
line(
  '12 % failing: not found in 3 h',
  burn.filter((at) => at === Number.POSITIVE_INFINITY).length / 2,
  undefined,
  '%',
);

const quiet = Array.from({ length: Math.max(1, Math.round(hours / 100)) }, () =>
  simulate({ ...handshakes, failing: () => 0.05, deployed: false, rounds: 3_600 }),
).flat();
const fired = quiet.filter(({ event }) => event.type === 'fired');
line(
  'false pages at a true 5 % (limit 10 %)',
  fired.length / (Math.max(1, Math.round(hours / 100)) * 10),
  undefined,
  'an hour',
);
line('of these rollbacks', fired.filter(isRollback).length, 0, '');
process.exitCode = missed === 0 ? 0 : 1;
