import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Two cores run the whole suite: more workers only make real processes wait for each other.
    maxWorkers: 2,
    globalSetup: ['test/support/redis.global.ts'],
    coverage: { provider: 'v8', include: ['src/**', 'jobs/**'] },
  },
});
