import { z } from 'zod';
import { duration, text } from './fields.ts';

const url = text({
  description: 'Where users reach the service, without a path.',
  expected: 'https:// and a host (http:// only to this machine), without a path',
  pattern: /^(?:https:\/\/[\w.-]+(?::\d{1,5})?|http:\/\/(?:127(?:\.\d+){3}|\[::1\]|localhost)(?::\d{1,5})?)$/,
  example: 'https://chat.example.com',
});

/** The load balancer through which users reach the services of an environment. */
export const loadBalancer = z
  .strictObject({
    urls: z.record(z.string(), url).meta({
      description: 'By service, where users reach it. Services that are not named are reached directly.',
      examples: [{ backend: 'https://chat.example.com' }],
    }),
    // https://cloud.google.com/load-balancing/docs/backend-service#timeout-setting: 30 s unless it is set.
    timeout: duration({
      description: 'Time-out of the backend service: it limits the life of WebSockets too.',
      fromMs: 1_000,
      toMs: 86_400_000,
      fallback: '30s',
    }),
    serverless: z
      .boolean({ error: 'true or false' })
      .default(true)
      .meta({
        description: 'Whether the backend is a serverless NEG, whose time-out cannot be set.',
        examples: [true],
      }),
  })
  .meta({
    description: 'What stands between users and the services: validated is what users reach.',
    examples: [{ urls: { backend: 'https://chat.example.com' } }],
  });

export type FileLoadBalancer = z.output<typeof loadBalancer>;
