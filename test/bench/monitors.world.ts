import type { Target } from '../../src/domain/target.ts';

/** 100 environments of 3 services each. */
export const environments = Array.from({ length: 100 }, (_, index) => `env-${index}`);
export const services = ['backend', 'frontend', 'auth'] as const;

/** What is watched has all that a target needs, though none of it is deployed. */
export const anyTarget: Target = {
  service: 'backend',
  environment: 'env-0',
  project: 'chat',
  region: 'us-central1',
  run: 'backend',
  channel: 'C0DEPLOYS',
  after: [],
  ref: 'main',
  build: {
    repository: 'https://github.com/acme/chat.git',
    directory: '.',
    dockerfile: 'Dockerfile',
    image: 'backend',
    timeoutMs: 60_000,
  },
  health: [{ path: '/health', status: 200, withinMs: 2_000 }],
  rollout: {
    steps: [100],
    bakeMs: 0,
    drainMs: 0,
    countdownMs: 0,
    triggers: { serverErrors: 0.2, handshakeFailures: 0.1 },
  },
  card: {},
};
