import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonSchema } from '../../src/config/index.ts';
import { changed, configOf, SMALL } from './support.ts';

interface Node {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
}

function walk(node: Node, path: string, visit: (node: Node, path: string) => void): void {
  visit(node, path);
  for (const [key, child] of Object.entries(node.properties ?? {})) walk(child, `${path}.${key}`, visit);
  if (typeof node.additionalProperties === 'object') walk(node.additionalProperties, `${path}.*`, visit);
  if (node.items !== undefined) walk(node.items, `${path}[]`, visit);
  for (const form of node.anyOf ?? []) walk(form, path, visit);
}

test('slipway.schema.json is fresh (else: npx tsx scripts/schema.ts)', () => {
  expect(readFileSync('slipway.schema.json', 'utf8')).toBe(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
});

test('every property is described and has an example for editors', () => {
  const bare: string[] = [];
  let count = 0;
  walk(jsonSchema(), '', (node, path) => {
    count += 1;
    if (node.description === undefined) bare.push(path);
    if (node.examples === undefined && path !== '' && !path.endsWith('services[]'))
      bare.push(`${path} example`);
  });
  expect(bare).toEqual([]);
  expect(count).toBeGreaterThan(25);
});

test('the schema alone accepts the example and variables, and refuses what is wrong', () => {
  const validator = z.fromJSONSchema(jsonSchema());
  const accepts = (text: string): boolean => validator.safeParse(parse(text)).success;
  expect(accepts(readFileSync('examples/slipway.yaml', 'utf8'))).toBe(true);
  expect(accepts(changed('C0DEPLOYS', '${env:CHANNEL}'))).toBe(true);
  expect(accepts(changed('C0DEPLOYS', '"#deploys"'))).toBe(false);
  expect(accepts(changed('  staging:', '  Staging:'))).toBe(false);
  expect(accepts(`${SMALL}unknown: 1\n`)).toBe(false);
  expect(accepts(`slack: { botToken: xoxb-1 }\n${SMALL}`)).toBe(false);
});

test('the documentation names every key and every variable', () => {
  const page = readFileSync('docs/configuration.md', 'utf8');
  const missing: string[] = [];
  walk(jsonSchema(), '', (node, path) => {
    const key = path.slice(1).replaceAll('.*', '.<name>');
    // Its keys are those of the service's token, and explained there.
    if (key.startsWith('environments.<name>.validation.token.')) return;
    if (key.startsWith('environments.<name>.templates.<name>.')) return;
    const isKey = key !== '' && !key.endsWith('>') && !key.endsWith('[]');
    if (isKey && node.properties === undefined && !page.includes(`\`${key}\``)) missing.push(key);
  });
  const variables = [
    'SLIPWAY_CONFIG',
    'SLACK_API_URL',
    'REDIS_URL',
    'SLIPWAY_CLOUD_ENDPOINT',
    'SLIPWAY_CLOUD_WEB',
    'SLIPWAY_LOG_LEVEL',
  ];
  expect([...missing, ...variables.filter((name) => !page.includes(`\`${name}\``))]).toEqual([]);
});

test('the smallest file of the documentation is valid', () => {
  const blocks = [...readFileSync('docs/configuration.md', 'utf8').matchAll(/```yaml\n(.*?)```/gs)];
  const smallest = blocks.map(([, text]) => text ?? '').find((text) => text.startsWith('channel:'));
  expect(Object.keys(configOf(smallest ?? '').environments)).toEqual(['staging']);
});
