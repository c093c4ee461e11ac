import { describe, expect, it } from 'vitest';
import type { Container } from '../../../src/domain/container/container.ts';
import { costBasis, containerText } from '../../../src/domain/container/words.ts';
import { estimate, type Estimating } from '../../../src/domain/cost/estimate.ts';
import { prices } from '../../../src/domain/cost/prices.ts';

const small: Container = { cpu: 1_000, memory: 512, minInstances: 0, billing: 'request' };
const priced = Date.parse(prices.day);

const cost = (more: Partial<Estimating>) =>
  estimate({
    before: undefined,
    after: small,
    usage: undefined,
    region: 'us-central1',
    now: priced,
    ...more,
  });

describe('the cost of a month', () => {
  it('is that of the instances that are always on', () => {
    const after: Container = { ...small, minInstances: 2, billing: 'instance' };
    // 730 h × 3,600 s × 2 × (1 vCPU at $0.000018 + 0.5 GiB at $0.000002)
    expect(cost({ after })?.after).toBeCloseTo(99.86, 2);
    // The same idle, billed by request: 1 vCPU and 0.5 GiB at $0.0000025.
    expect(cost({ after: { ...after, billing: 'request' } })?.after).toBeCloseTo(19.71, 2);
  });

  it('has what was measured on top, for a whole month', () => {
    const usage = { days: 7, instanceSeconds: 7 * 3_600, requests: 7_000_000 };
    const month = 730 / 24;
    const active = month * 3_600 * (0.000_024 + 0.5 * 0.000_002_5);
    expect(cost({ usage })?.after).toBeCloseTo(active + month * 0.4, 2);
    const always: Container = { ...small, minInstances: 1 };
    const idle = (730 - month) * 3_600 * 1.5 * 0.000_002_5;
    expect(cost({ usage, after: always })?.after).toBeCloseTo(active + month * 0.4 + idle, 2);
  });

  it('of instance-based billing is never below what is always on, and has no price for requests', () => {
    const usage = { days: 30, instanceSeconds: 60, requests: 9e9 };
    const after: Container = { ...small, minInstances: 1, billing: 'instance' };
    expect(cost({ usage, after })?.after).toBeCloseTo(49.93, 2);
  });

  it('differs by region', () => {
    const after: Container = { ...small, minInstances: 1, billing: 'instance' };
    const [here, there] = [cost({ after })!, cost({ after, region: 'asia-northeast3' })!];
    expect(there.after / here.after).toBeCloseTo((0.000_021_6 + 0.5 * 0.000_002_4) / 0.000_019, 5);
  });

  it.each([
    ['the region has no known price', { region: 'moon-west1' }],
    ['sources differ on the region', { region: 'asia-south1' }],
    ['nothing is measured and nothing always on', { after: small }],
    ['there is a GPU', { after: { ...small, minInstances: 1, gpu: true } }],
  ])('is not told where %s', (_why, more) => {
    const usual = { after: { ...small, minInstances: 1 } };
    expect(cost(usual)).toBeDefined();
    expect(cost({ ...usual, ...more })).toBeUndefined();
  });

  it('says when its prices are old', () => {
    const after = { ...small, minInstances: 1 };
    const days = (count: number) => priced + count * 86_400_000;
    expect(cost({ after, now: days(180) })).toMatchObject({ old: false, pricesOf: prices.day });
    expect(cost({ after, now: days(181) })?.old).toBe(true);
    const told = costBasis({ after, cost: cost({ after, now: days(181) }), unknown: [] });
    expect(told).toContain('older than 180 days');
  });
});

describe('a container in words', () => {
  const before: Container = {
    ...small,
    imageBytes: 350e6,
    start: { ms: 4_060, of: 'healthy' },
    memory: 2_048,
    maxInstances: 10,
  };
  const after: Container = {
    ...small,
    imageBytes: 150e6,
    start: { ms: 1_320, of: 'healthy' },
    maxInstances: 10,
  };

  it('shows what changes with an arrow, and all else once', () => {
    const usage = { days: 30, instanceSeconds: 1_000, requests: 0 };
    const weighed = {
      before,
      after,
      cost: { before: 650.2, after: 205.4, usage, region: 'us-central1', pricesOf: prices.day, old: false },
      unknown: [],
    };
    expect(containerText(weighed)).toBe(
      'image 350 → 150 MB · starts in 4.1 → 1.3 s · 2 GiB → 512 MiB · 1 CPU · ' +
        '0 to 10 instances, billed by request · about $650 → $205 a month',
    );
    expect(costBasis(weighed)).toBe(
      `List prices of ${prices.day} in us-central1, billed by request; its use of the last 30 days is taken for ` +
        'every month (1,000 seconds of instances, 0 requests); without free tier, network and discounts.',
    );
  });

  it('claims nothing that is not known', () => {
    const text = containerText({ after: small, unknown: [] });
    expect(text).toBe('512 MiB · 1 CPU · 0 instances, billed by request');
    const always: Container = { ...small, minInstances: 2 };
    const weighed = { after: always, cost: cost({ after: always }), unknown: [] };
    expect(containerText(weighed)).toContain('at least $20 a month');
    expect(costBasis(weighed)).toContain('only what is always on is counted (2 instances)');
  });

  it('does not compare two different measures of a start', () => {
    const ready: Container = { ...after, start: { ms: 9_000, of: 'ready' } };
    expect(containerText({ before, after: ready, unknown: [] })).toContain(
      'starts in 4.1 s → ready in 9.0 s with the fetch of its image',
    );
  });
});
