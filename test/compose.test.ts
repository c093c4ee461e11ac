import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const service = z.object({
  command: z.array(z.string()),
  build: z.string().optional(),
  ports: z.unknown().optional(),
  volumes: z.array(z.string()),
  env_file: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  init: z.boolean().optional(),
});

const text = readFileSync(new URL('../compose.yaml', import.meta.url), 'utf8');
const { services } = z
  .object({ services: z.record(z.string(), service) })
  .parse(parse(text, { merge: true }));

describe('compose.yaml', () => {
  test('listens on no port of the host', () => {
    expect(Object.values(services).map(({ ports }) => ports)).toEqual([undefined, undefined, undefined]);
  });

  test('keeps what redis acknowledged, and forgets nothing when memory is full', () => {
    expect(services['redis']?.command.join(' ')).toBe(
      'redis-server --appendonly yes --appendfsync always --maxmemory-policy noeviction',
    );
    expect(services['redis']?.volumes).toEqual(['redis:/data']);
  });

  test.each(['bot', 'worker'])('runs the %s from the one image, with as few rights as it needs', (name) => {
    expect(services[name]).toMatchObject({
      build: '.',
      command: ['node', 'dist/src/cli.js', name],
      env_file: '.env',
      environment: { REDIS_URL: 'redis://redis:6379' },
      cap_drop: ['ALL'],
      read_only: true,
      init: true,
    });
  });
});
