import { defineConfig } from 'vitest/config';

/** The laboratory of broken servers: it measures, so nothing else may run beside it. */
export default defineConfig({
  test: { include: ['test/probes/lab-*.test.ts'], testTimeout: 120_000, maxWorkers: 1 },
});
