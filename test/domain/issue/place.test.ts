import { describe, expect, it } from 'vitest';
import { issuePlace, publicApi } from '../../../src/domain/issue/place.ts';
import { parseDeploy } from '../../../src/domain/request.ts';

const github = { apiUrl: publicApi };
const chat = 'https://github.com/example/chat.git';

describe('where an issue is', () => {
  it.each([
    [
      'the repository of the first service',
      { sources: [chat, 'https://github.com/a/b'] },
      'github.com/example/chat',
    ],
    ['a repository on GitHub', { sources: ['projects/p/x', chat] }, 'github.com/example/chat'],
    [
      'the configured one',
      { sources: [chat], github: { ...github, repository: 'a/b.c' } },
      'github.com/a/b.c',
    ],
    [
      'that of a server of its own',
      { sources: ['https://ghe.example/a/b'], github: { apiUrl: 'https://ghe.example/api/v3' } },
      'ghe.example/a/b',
    ],
  ])('is %s', (_what, more, where) => {
    const place = issuePlace({ number: 128, github, ...more });
    expect(place?.url).toBe(`https://${where}/issues/128`);
    expect(`${place?.owner}/${place?.repo}`).toBe(where.split('/').slice(1).join('/'));
  });

  it.each([
    ['https://gitlab.com/example/chat.git'],
    ['https://github.com.evil.example/a/b'],
    ['https://github.com/a'],
  ])('is not known of %s', (source) => {
    expect(issuePlace({ number: 1, sources: [source], github })).toBeUndefined();
  });
});

describe('issue: of a deploy', () => {
  const catalog = {
    services: ['backend'],
    environments: { staging: { services: ['backend'], ref: 'main' } },
  };
  const read = (option: string) => parseDeploy(`backend staging ${option}`, catalog);

  it.each([
    ['issue:128', 128],
    ['issue:#7', 7],
  ])('%s is %d', (option, issue) => {
    expect(read(option)).toMatchObject({ kind: 'deploy', request: { issue } });
  });

  it.each(['issue:0', 'issue:-1', 'issue:1e3', 'issue:a/b#1', 'issue:', 'issue:12345678901'])(
    '%s is refused with an example',
    (option) => {
      expect(read(option)).toMatchObject({ kind: 'refused', refusal: { code: 'USAGE' } });
      expect(JSON.stringify(read(option))).toContain('issue:128');
    },
  );

  it('is no option of a plan', () => {
    expect(parseDeploy('plan backend staging issue:1', catalog)).toMatchObject({ kind: 'refused' });
  });
});
