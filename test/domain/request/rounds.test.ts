import { describe, expect, it } from 'vitest';
import { parseRounds } from '../../../src/domain/request/rounds.ts';

const catalog = {
  services: ['backend', 'auth'],
  suites: ['e2e', 'smoke'],
  environments: { staging: { services: ['backend', 'auth'], ref: 'main' } },
};
const parse = (text: string) => parseRounds(text, catalog);

describe('/rounds', () => {
  it('reads what rounds are to do', () => {
    expect(parse('start backend staging suites:e2e')).toEqual({
      kind: 'start',
      request: {
        services: ['backend'],
        environment: 'staging',
        ref: 'main',
        suites: ['e2e'],
        max: 10,
        watch: false,
      },
    });
    expect(
      parse('start all staging suites:e2e,smoke max:3 ref:fix/ws issue:#128 build:local watch'),
    ).toMatchObject({
      request: {
        issue: 128,
        services: ['backend', 'auth'],
        ref: 'fix/ws',
        suites: ['e2e', 'smoke'],
        max: 3,
        watch: true,
        build: 'local',
      },
    });
  });

  it.each(['status', 'stop', 'report'])('%s is of an environment, or of services of it', (verb) => {
    expect(parse(`${verb} staging`)).toEqual({
      kind: verb,
      request: { services: ['backend', 'auth'], environment: 'staging' },
    });
    expect(parse(`${verb} auth staging`)).toMatchObject({ request: { services: ['auth'] } });
  });

  it('asks for help with nothing behind it', () => {
    expect(parse('').kind).toBe('help');
  });

  it.each([
    ['start backend staging', 'USAGE', 'Rounds need suites:'],
    ['start backend staging suites:', 'USAGE', 'name missing'],
    ['start backend staging suites:none', 'UNKNOWN_SUITE', 'e2e, smoke'],
    ['start backend staging suites:e2e max:0', 'USAGE', 'from 1 to 50'],
    ['start backend staging suites:e2e max:1e3', 'USAGE', 'from 1 to 50'],
    ['start backend staging suites:e2e ref:--x', 'BAD_REF', '--x'],
    ['start backend staging suites:e2e build:remote', 'USAGE', 'local'],
    ['start backend staging suites:e2e issue:0', 'USAGE', '“0” is not the number of an issue'],
    ['start backend staging suites:e2e issue:1 issue:2', 'USAGE', 'more than one issue:'],
    ['status staging issue:1', 'UNKNOWN_OPTION', 'issue:1'],
    ['start backend staging suites:e2e now', 'USAGE', 'now'],
    ['start backend staging suites:e2e watch twice', 'USAGE', 'twice'],
    ['start backend staging suites:e2e every:1m', 'UNKNOWN_OPTION', 'every:1m'],
    ['start chat staging suites:e2e', 'UNKNOWN_SERVICE', 'chat'],
    ['start backend prod suites:e2e', 'UNKNOWN_ENVIRONMENT', 'prod'],
    ['stop', 'UNKNOWN_ENVIRONMENT', 'staging'],
    ['stop staging max:3', 'UNKNOWN_OPTION', 'max:3'],
    ['begin backend staging', 'USAGE', 'start, status, stop or report'],
  ])('%s is refused with an example', (text, code, word) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({
      kind: 'refused',
      refusal: { code, example: '/rounds start backend staging suites:e2e' },
    });
    expect(parsed).toMatchObject({ refusal: { summary: expect.stringContaining(word) as string } });
  });
});
