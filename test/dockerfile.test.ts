import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const lines = readFileSync(new URL('../Dockerfile', import.meta.url), 'utf8').split('\n');
const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

describe('the image', () => {
  test('does not run as root, and nothing is done after it stopped being root', () => {
    const after = last.slice(last.indexOf('USER node') + 1).map((line) => line.split(' ')[0]);
    expect(last).toContain('USER node');
    expect(after.filter((word) => word !== '')).toEqual(['HEALTHCHECK', 'CMD']);
  });

  test('holds packages for production only, and no sources', () => {
    const copied = last.filter((line) => line.startsWith('COPY '));
    expect(copied).toEqual([
      'COPY --from=packages /app/node_modules node_modules/',
      'COPY package.json LICENSE ./',
      'COPY --from=build /app/dist dist/',
    ]);
    expect(lines.filter((line) => line.includes('--omit=dev'))).toHaveLength(1);
  });

  test('has a port for the health check, which the bot and the worker do not open by themselves', () => {
    expect(last).toContain('ENV SLIPWAY_HEALTH_PORT=8080');
    expect(last.find((line) => line.startsWith('HEALTHCHECK'))).toContain('process.env.SLIPWAY_HEALTH_PORT');
  });

  test('starts without a shell, so that SIGTERM reaches Node', () => {
    expect(last).toContain('CMD ["node", "dist/src/cli.js", "start"]');
  });

  test('gets nothing from the folder that is not named', () => {
    const ignore = readFileSync(new URL('../.dockerignore', import.meta.url), 'utf8').split('\n');
    const rules = ignore.filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    expect(rules.filter((rule) => /env|\.git|test|examples/.test(rule))).toEqual([]);
  });
});
