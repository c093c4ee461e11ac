import { describe, expect, it } from 'vitest';
import { reasons } from '../../src/domain/reasons.ts';
import { type Catalog, exampleOf } from '../../src/domain/request/catalog.ts';
import { parseDeploy } from '../../src/domain/request.ts';

const catalog: Catalog = {
  services: ['backend', 'auth', 'jobs'],
  environments: {
    staging: { services: ['backend', 'auth'], ref: 'develop' },
    production: { services: ['backend', 'jobs'], ref: 'main' },
  },
};
const parse = (text: string) => parseDeploy(text, catalog);

describe('a deploy that can be read', () => {
  it.each([
    ['backend staging', { services: ['backend'], environment: 'staging', ref: 'develop' }],
    ['backend production', { services: ['backend'], environment: 'production', ref: 'main' }],
    ['  backend \t staging\n', { services: ['backend'], environment: 'staging', ref: 'develop' }],
    ['backend\u00a0staging', { services: ['backend'], environment: 'staging', ref: 'develop' }],
    ['ref:main backend staging', { services: ['backend'], environment: 'staging', ref: 'main' }],
    ['backend ref:main staging', { services: ['backend'], environment: 'staging', ref: 'main' }],
    ['backend staging ref:main', { services: ['backend'], environment: 'staging', ref: 'main' }],
    [
      'backend staging ref:feature/chat-2',
      { services: ['backend'], environment: 'staging', ref: 'feature/chat-2' },
    ],
    ['backend staging ref:v1.2.3', { services: ['backend'], environment: 'staging', ref: 'v1.2.3' }],
    [
      'backend staging ref:refs/heads/main',
      { services: ['backend'], environment: 'staging', ref: 'refs/heads/main' },
    ],
    [
      `backend staging ref:${'a'.repeat(40)}`,
      { services: ['backend'], environment: 'staging', ref: 'a'.repeat(40) },
    ],
    [
      `backend staging ref:${'a'.repeat(200)}`,
      { services: ['backend'], environment: 'staging', ref: 'a'.repeat(200) },
    ],
    [
      'backend staging ref:user@host+1=#2',
      { services: ['backend'], environment: 'staging', ref: 'user@host+1=#2' },
    ],
  ])('%j', (text, request) => {
    expect(parse(text)).toEqual({ kind: 'deploy', request });
  });
});

it.each(['', '   ', '\t\n', 'help', ' help ', 'help me'])('%j asks for help', (text) => {
  expect(parse(text)).toEqual({ kind: 'help' });
});

describe('a deploy that cannot be read', () => {
  it.each([
    // Something is missing, or in the wrong place.
    ['backend', 'USAGE', 'needs a service and an environment'],
    ['staging', 'USAGE', 'needs a service and an environment'],
    ['ref:main', 'USAGE', 'needs a service and an environment'],
    ['backend ref:main', 'USAGE', 'needs a service and an environment'],
    ['staging backend', 'USAGE', 'The service comes first: /deploy backend staging.'],
    ['staging backend ref:main', 'USAGE', 'The service comes first'],
    // Nobody knows it.
    ['backnd staging', 'UNKNOWN_SERVICE', '“backnd”. Services: backend, auth, jobs.'],
    ['backend stagin', 'UNKNOWN_ENVIRONMENT', '“stagin”. Environments: staging, production.'],
    ['jobs staging', 'UNKNOWN_SERVICE', 'jobs is not deployed to staging. Services there: backend, auth.'],
    ['Backend staging', 'UNKNOWN_SERVICE', '“Backend”'],
    ['staging staging', 'UNKNOWN_SERVICE', '“staging”'],
    ['backend backend', 'UNKNOWN_ENVIRONMENT', '“backend”'],
    // Names that every object has.
    ['__proto__ staging', 'UNKNOWN_SERVICE', '“__proto__”'],
    ['constructor staging', 'UNKNOWN_SERVICE', '“constructor”'],
    ['backend __proto__', 'UNKNOWN_ENVIRONMENT', '“__proto__”'],
    ['backend constructor', 'UNKNOWN_ENVIRONMENT', '“constructor”'],
    ['backend toString', 'UNKNOWN_ENVIRONMENT', '“toString”'],
    // Too much.
    ['backend staging main', 'USAGE', 'A ref is given as ref:main.'],
    ['backend staging ref: main', 'USAGE', 'A ref is given as ref:main.'],
    ['backend staging auth ref:main', 'USAGE', '“auth”'],
    ['backend staging ref:a ref:b', 'USAGE', 'more than one ref:'],
    ['backend staging ref:a ref:a', 'USAGE', 'more than one ref:'],
    ['backend staging force:yes', 'UNKNOWN_OPTION', '“force:yes”'],
    ['backend staging REF:main', 'UNKNOWN_OPTION', '“REF:main”'],
    ['backend staging ref:main dry-run:1', 'UNKNOWN_OPTION', '“dry-run:1”'],
    [`backend staging ref:${'a'.repeat(4000)}`, 'USAGE', 'at most 500'],
    ['x'.repeat(4000), 'USAGE', '4000 characters'],
    // Quotes, as a phone types them too.
    ['"backend" staging', 'UNKNOWN_SERVICE', '“"backend"”'],
    ['“backend” staging', 'UNKNOWN_SERVICE', '““backend””'],
    ['backend ‘staging’', 'UNKNOWN_ENVIRONMENT', '“‘staging’”'],
    ['backend staging ref:“main”', 'BAD_REF', '“main”'],
    // What Slack or a terminal would take for its own.
    ['backend staging <!channel>', 'USAGE', '<!channel>'],
    ['<@U0DEVELOPER> staging', 'UNKNOWN_SERVICE', '<@U0DEVELOPER>'],
    ['backend staging ref:<!channel>', 'BAD_REF', '<!channel>'],
    ['backend staging <https://x.example|x>', 'UNKNOWN_OPTION', 'https://x.example'],
    ['backend staging; rm -rf /', 'UNKNOWN_ENVIRONMENT', '“staging;”'],
    ['backend\u0000 staging', 'USAGE', 'control characters'],
    ['backend staging ref:a\u001b[31m', 'USAGE', 'control characters'],
    ['backend staging \u009b', 'USAGE', 'control characters'],
    // Letters that look alike are other letters.
    ['bасkend staging', 'UNKNOWN_SERVICE', '“bасkend”'],
    ['backend\u200b staging', 'UNKNOWN_SERVICE', 'backend'],
    ['🚢 staging', 'UNKNOWN_SERVICE', '“🚢”'],
  ] as const)('%j is %s', (text, code, says) => {
    const parsed = parse(text);
    expect(parsed).toMatchObject({ kind: 'refused', refusal: { code } });
    if (parsed.kind !== 'refused') return;
    expect(parsed.refusal.summary).toContain(says);
    expect(parsed.refusal.example).toBe('/deploy backend staging ref:develop');
    expect(parsed.refusal.summary.length).toBeLessThan(300);
    expect(reasons[parsed.refusal.code].next).not.toBe('');
  });

  it.each([
    '',
    '-x',
    '--upload-pack=x',
    '/main',
    '.main',
    'main/',
    'main.',
    'a..b',
    'a//b',
    'a@{1}',
    'a~1',
    'a^',
    'a:b',
    'a?b',
    'a*b',
    'a[b',
    'a\\b',
    'a;b',
    'a|b',
    'a&b',
    '$(id)',
    '`id`',
    'ünïcode',
    'a\u202eb',
    'a'.repeat(201),
  ])('when its ref is %j', (ref) => {
    expect(parse(`backend staging ref:${ref}`)).toMatchObject({
      kind: 'refused',
      refusal: { code: 'BAD_REF' },
    });
  });
});

it('never throws and never deploys what the catalog does not have', () => {
  const parts = [
    'backend',
    'staging',
    'ref:',
    'main',
    ':',
    '::',
    '\u0000',
    ' ',
    '__proto__',
    '..',
    '<!here>',
  ];
  const texts = parts.flatMap((a) => parts.flatMap((b) => parts.map((c) => `${a} ${b} ${c}`)));
  const deploys = texts.map(parse).flatMap((parsed) => (parsed.kind === 'deploy' ? [parsed.request] : []));
  expect(deploys.length).toBeGreaterThan(0);
  for (const request of deploys)
    expect(request).toEqual({ services: ['backend'], environment: 'staging', ref: 'develop' });
});

describe('the example', () => {
  it('can be typed as it is', () => {
    expect(exampleOf('deploy', catalog)).toBe('/deploy backend staging ref:develop');
    expect(parse(exampleOf('deploy', catalog).replace('/deploy ', ''))).toMatchObject({ kind: 'deploy' });
  });

  it('is there for an empty catalog too', () => {
    expect(exampleOf('deploy', { services: [], environments: {} })).toBe('/deploy backend staging ref:main');
  });
});
