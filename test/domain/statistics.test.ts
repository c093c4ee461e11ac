import { describe, expect, it } from 'vitest';
import { judgeRate, latencyOf, rateOf, samplesNeeded, wilson } from '../../src/domain/statistics.ts';

describe('the verdict by Wilson bounds', () => {
  // [samples, limit, most failures that pass, fewest that fail]; -1: cannot pass
  it.each([
    [30, 0.02, -1, 2],
    [30, 0.05, -1, 4],
    [30, 0.1, 0, 6],
    [100, 0.02, -1, 5],
    [100, 0.05, 1, 9],
    [100, 0.1, 5, 15],
    [200, 0.02, 0, 8],
    [200, 0.05, 4, 16],
    [200, 0.1, 13, 27],
  ])('of %i samples with limit %d passes at %i and fails at %i', (...[samples, limit, passes, fails]) => {
    const verdicts = Array.from({ length: samples }, (_, failures) =>
      judgeRate({ samples, failures }, limit),
    );
    expect(verdicts.lastIndexOf('healthy')).toBe(passes);
    expect(verdicts.indexOf('unhealthy')).toBe(fails);
  });

  it.each([
    [0.02, 133],
    [0.05, 52],
    [0.1, 25],
  ])('a limit of %d is proved by %i samples without a failure', (limit, samples) => {
    expect(samplesNeeded({ samples: 0, failures: 0 }, limit)).toBe(samples);
    expect(judgeRate({ samples, failures: 0 }, limit)).toBe('healthy');
    expect(judgeRate({ samples: samples - 1, failures: 0 }, limit)).toBe('inconclusive');
  });

  it('says nothing without samples', () => {
    expect(judgeRate({ samples: 0, failures: 0 }, 0.05)).toBe('inconclusive');
    expect(wilson(0, 0)).toEqual({ lower: 0, upper: 1 });
  });

  it('takes a limit of 0 at its word', () => {
    expect(judgeRate({ samples: 3, failures: 0 }, 0)).toBe('healthy');
    expect(judgeRate({ samples: 300, failures: 1 }, 0)).toBe('unhealthy');
  });

  it('is firm, so nothing more is needed', () => {
    expect(rateOf({ samples: 100, failures: 50 }, 0.05)).toMatchObject({ needed: 0 });
    expect(rateOf({ samples: 12, failures: 1 }, 0.05).needed).toBeGreaterThan(50);
  });
});

describe('a latency', () => {
  it('is told by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(latencyOf(values)).toEqual({ samples: 100, p50: 50, p95: 95, p99: 99 });
  });

  it('of nothing is nothing', () => {
    expect(latencyOf([])).toBeUndefined();
  });
});
