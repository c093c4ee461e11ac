import { defineConfig } from 'vitest/config';
import { StoriesFirst } from './test/support/stories-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Sixty broken servers, each with its own clock, want the machine for themselves: `npm run lab`.
    exclude: ['test/probes/lab-*.test.ts', 'node_modules/**'],
    // No test asserts a time: these only end what hangs, also on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // For two cores: more workers than cores, because stories wait most of their time.
    maxWorkers: 6,
    // Loading Google's and Slack's clients once a worker, not once a file, halves the CPU of a run. So no test may
    // leave anything in a module; files still run alone.
    isolate: false,
    // Stories of a file that run side by side; each is some processes, which mostly wait.
    maxConcurrency: 6,
    sequence: { sequencer: StoriesFirst },
    globalSetup: [
      'test/support/temp.global.ts',
      'test/support/redis.global.ts',
      'test/support/program.global.ts',
    ],
    coverage: { provider: 'v8', include: ['src/**', 'jobs/**'] },
  },
});
