import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Sixty broken servers, each with its own clock, want the machine for themselves: `npm run lab`.
    exclude: ['test/probes/lab-*.test.ts', 'node_modules/**'],
    // No test asserts a time: these only end what hangs, also on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores run the whole suite: more workers only make real processes wait for each other.
    maxWorkers: 2,
    globalSetup: [
      'test/support/temp.global.ts',
      'test/support/redis.global.ts',
      'test/support/program.global.ts',
    ],
    coverage: { provider: 'v8', include: ['src/**', 'jobs/**'] },
  },
});
