import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { read } from './documents.ts';

const manifestSchema = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
});
const packageSchema = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

it('README.md explains each scope that slack-manifest.yaml asks for, and no other', () => {
  const section = /\| scope \| why \|[\s\S]*?\n\n/.exec(read('README.md'))?.[0] ?? '';
  const explained = [...section.matchAll(/`([a-z:.]+:[a-z.]+|commands)`/g)].map(([, scope]) => scope);
  const { bot } = manifestSchema.parse(parse(read('slack-manifest.yaml'))).oauth_config.scopes;
  expect(explained.toSorted()).toEqual(bot.toSorted());
});

it('decision 0002 gives a reason for each package of package.json, and for no other', () => {
  const rows = [...read('docs/decisions/0002-dependencies.md').matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)];
  const explained = rows.flatMap(([, names = '']) => names.split(', ')).filter((name) => name !== 'package');
  const { dependencies, devDependencies } = packageSchema.parse(JSON.parse(read('package.json')));
  expect(explained.toSorted()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).toSorted());
});
