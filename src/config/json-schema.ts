import { stringify } from 'yaml';
import { z } from 'zod';
import { schema } from './schema.ts';
import type { Path } from './types.ts';

/** Lets an editor accept `${env:NAME}` where a pattern would refuse it. */
const OR_VARIABLE = String.raw`|\$\{env:[A-Za-z_][A-Za-z0-9_]*\}`;

const SECRET = String.raw`^\$\{env:`;

type Schema = z.core.JSONSchema.BaseSchema;

/** The schema of slipway.yaml for editors: JSON Schema draft 7, the newest that yaml-language-server knows whole. */
export function jsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema: node, path }) => {
      // zod leaves the examples out wherever a part changes its value; these are written as the input is.
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (Array.isArray(examples)) node.examples = examples;
      // Not every validator reads patterns as Unicode, and without it `\p{Cc}` is some letters.
      const pattern = node.pattern?.replaceAll(String.raw`\p{Cc}`, String.raw`\u0000-\u001f\u007f-\u009f`);
      if (pattern === undefined || path.includes('propertyNames')) return;
      node.pattern = pattern;
      if (!pattern.startsWith(SECRET) && !pattern.endsWith(OR_VARIABLE))
        node.pattern = `${pattern}${OR_VARIABLE}`;
    },
  });
}

export interface Help {
  /** The keys that are allowed there; empty when the names are free or it is no mapping. */
  readonly keys: readonly string[];
  /** A line that would be right there. */
  readonly example: string;
}

let cached: Schema | undefined;

/** What the schema says about a path. */
export function helpAt(path: Path): Help {
  let node: Schema | boolean | undefined = (cached ??= jsonSchema());
  for (const part of path) {
    node = typeof node === 'object' ? child(node, part) : undefined;
  }
  const known: Schema = typeof node === 'object' ? node : {};
  return {
    keys: formsOf(known).flatMap(({ properties }) => Object.keys(properties ?? {})),
    example: exampleLine(path.at(-1), known.examples?.[0]),
  };
}

/** The short and the long form of a value, or its only one. */
const formsOf = (node: Schema): readonly Schema[] => {
  const { anyOf = [] } = node;
  return anyOf.length === 0 ? [node] : anyOf;
};

function child(node: Schema, part: string | number): Schema | boolean | undefined {
  for (const form of formsOf(node)) {
    const found = childOf(form, part);
    if (found !== undefined) return found;
  }
  return undefined;
}

function childOf(node: Schema, part: string | number): Schema | boolean | undefined {
  if (typeof part === 'number') return Array.isArray(node.items) ? undefined : node.items;
  const { properties } = node;
  if (properties !== undefined && Object.hasOwn(properties, part)) return properties[part];
  return node.additionalProperties;
}

function exampleLine(key: string | number | undefined, example: unknown): string {
  if (example === undefined) return 'see examples/slipway.yaml';
  const value = stringify(example, {
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
  }).trim();
  if (key === undefined) return value;
  return typeof key === 'number' ? `- ${value}` : `${key}: ${value}`;
}
