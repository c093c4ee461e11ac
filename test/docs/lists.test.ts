import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { diagnoses } from '../../src/domain/diagnosis/registry.ts';
import { outcomes } from '../../src/domain/events.ts';
import { stepNames } from '../../src/domain/plan.ts';
import { keys, prefix } from '../../src/ledger/keys.ts';
import { behaviourOf } from '../../src/sandbox/cloud/refs.ts';
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
  const explained = [...section.matchAll(/`([a-z_:.]+:[a-z.]+|commands)`/g)].map(([, scope]) => scope);
  const { bot } = manifestSchema.parse(parse(read('slack-manifest.yaml'))).oauth_config.scopes;
  expect(explained.toSorted()).toEqual(bot.toSorted());
});

it('decision 0002 gives a reason for each package of package.json, and for no other', () => {
  const rows = [...read('docs/decisions/0002-dependencies.md').matchAll(/^\| ([^|]+) \| [^|]+ \|$/gm)];
  const explained = rows.flatMap(([, names = '']) => names.split(', ')).filter((name) => name !== 'package');
  const { dependencies, devDependencies } = packageSchema.parse(JSON.parse(read('package.json')));
  expect(explained.toSorted()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).toSorted());
});

/** What stands in backticks in a column of the table that begins with this line. */
function column(text: string, head: string, index: number): readonly string[] {
  const start = text.indexOf(head);
  expect(start, head).toBeGreaterThan(-1);
  const rows = text.slice(start, text.indexOf('\n\n', start)).split('\n').slice(2);
  return rows.flatMap((row) =>
    [...(row.split('|')[index + 1] ?? '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word),
  );
}

it('docs/architecture.md explains each key of the ledger, and no other', () => {
  const named = column(read('docs/architecture.md'), '| key | type | holds |', 0);
  const written = Object.values(keys).map((key) => (typeof key === 'string' ? key : key('')));
  const plain = (key: string) => key.replace(prefix, '').replace(/<.*$/, '');
  expect(named.map(plain).toSorted()).toEqual(written.map(plain).toSorted());
});

it('docs/architecture.md and docs/dictionary.md know each step', () => {
  const steps = read('docs/architecture.md');
  const [, listed = ''] = /part of an operation: (.+) \|/.exec(read('docs/dictionary.md')) ?? [];
  expect(listed.split(', ').toSorted()).toEqual(stepNames.toSorted());
  for (const name of stepNames) expect(steps).toMatch(new RegExp(`\\| ${name} \\||The step ${name} `));
});

it('docs/dictionary.md knows each outcome', () => {
  const [, listed = ''] = /how an operation ended: (.+) \|/.exec(read('docs/dictionary.md')) ?? [];
  expect(
    listed
      .split(', ')
      .map((word) => word.replace(' ', '-'))
      .toSorted(),
  ).toEqual(outcomes.toSorted());
});

it('README.md tells of refs that the sandbox has, and of diagnoses that exist', () => {
  const text = read('README.md');
  const faulty = '| ref | what is wrong | diagnosis |';
  const refs = [...column(text, '| ref | what happens |', 0), ...column(text, faulty, 0)];
  const named = refs.filter((ref) => !ref.includes('…'));
  expect(named.filter((ref) => behaviourOf(ref) === undefined)).toEqual(['nope']);
  const codes = column(text, faulty, 2);
  expect(codes.length).toBeGreaterThan(0);
  expect(codes.filter((code) => !Object.hasOwn(diagnoses, code))).toEqual([]);
});
