import { describe, expect, test } from 'vitest';
import { brief, configOf, ENV, problemsOf, SMALL } from './support.ts';

const withEnv = (name: string, value: string) => ({ env: { ...ENV, [name]: value } });

describe('settings of the environment', () => {
  test.each([
    ['http://127.0.0.1:3000/api', 'http://127.0.0.1:3000/api/'],
    ['http://localhost:3000/api/', 'http://localhost:3000/api/'],
    ['http://sandbox:3000/', 'http://sandbox:3000/'],
    ['https://slack-gov.com/api/', 'https://slack-gov.com/api/'],
    ['', 'https://slack.com/api/'],
  ])('SLACK_API_URL=%s is %s', (value, url) => {
    expect(configOf(SMALL, withEnv('SLACK_API_URL', value)).slack.apiUrl).toBe(url);
  });

  test.each([
    ['127.0.0.1:8085', '127.0.0.1:8085'],
    ['http://127.0.0.1:8085', '127.0.0.1:8085'],
    ['http://localhost:1/', 'localhost:1'],
    ['[::1]:8085', '[::1]:8085'],
    ['', undefined],
  ])('SLIPWAY_CLOUD_ENDPOINT=%s is %s', (value, endpoint) => {
    expect(configOf(SMALL, withEnv('SLIPWAY_CLOUD_ENDPOINT', value)).cloudEndpoint).toBe(endpoint);
  });

  test.each([
    ['http://127.0.0.1:8086', 'http://127.0.0.1:8086'],
    ['', undefined],
  ])('SLIPWAY_CLOUD_WEB=%s is %s', (value, address) => {
    expect(configOf(SMALL, withEnv('SLIPWAY_CLOUD_WEB', value)).cloudWeb).toBe(address);
  });

  test('SLIPWAY_LOG_LEVEL=debug', () => {
    expect(configOf(SMALL, withEnv('SLIPWAY_LOG_LEVEL', 'debug')).logLevel).toBe('debug');
  });

  test.each(['redis://127.0.0.1', 'redis://db:6379/3', 'rediss://:pass@db:6379'])('REDIS_URL=%s', (value) => {
    expect(configOf(SMALL, withEnv('REDIS_URL', value)).redisUrl).toBe(value);
  });

  test.each([
    ['SLACK_API_URL', 'http://example.com/api/'],
    ['SLACK_API_URL', 'https://slack.com/api/?x=1'],
    ['SLACK_API_URL', 'slack.com'],
    ['SLACK_API_URL', 'ftp://127.0.0.1/'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_URL', 'redis://'],
    ['REDIS_URL', 'redis://db/first'],
    ['REDIS_URL', 'http://db:6379'],
    ['SLIPWAY_CLOUD_ENDPOINT', '127.0.0.1'],
    ['SLIPWAY_CLOUD_WEB', '127.0.0.1:8086'],
    ['SLIPWAY_CLOUD_ENDPOINT', '127.0.0.1:0'],
    ['SLIPWAY_CLOUD_ENDPOINT', '127.0.0.1:65536'],
    ['SLIPWAY_CLOUD_ENDPOINT', 'https://127.0.0.1:8085'],
    ['SLIPWAY_CLOUD_ENDPOINT', '127.0.0.1:8085/v2'],
    ['SLIPWAY_LOG_LEVEL', 'INFO'],
  ])('%s=%s is refused', (name, value) => {
    const problems = problemsOf(SMALL, withEnv(name, value));
    expect(problems.map(({ file, line, path }) => [file, line, path])).toEqual([
      ['environment', undefined, name],
    ]);
    expect(problems[0]?.example.startsWith(`${name}=`)).toBe(true);
  });

  test('the problem says what was expected and found', () => {
    expect(brief(problemsOf(SMALL, withEnv('SLIPWAY_LOG_LEVEL', 'loud')))).toEqual([
      ': SLIPWAY_LOG_LEVEL: expected one of trace, debug, info, warn, error, fatal, silent, found "loud"',
    ]);
  });

  test('problems of the environment are told also when there is no readable file', () => {
    const problems = problemsOf('', withEnv('SLIPWAY_LOG_LEVEL', 'loud'));
    expect(problems.map(({ path }) => path)).toEqual(['', 'SLIPWAY_LOG_LEVEL']);
  });
});
