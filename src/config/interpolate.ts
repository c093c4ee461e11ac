import { type Document, isAlias, isScalar, type Node, visit } from 'yaml';
import { pathOf } from './document.ts';
import { locate } from './locate.ts';
import type { Yaml } from './problem.ts';
import type { ConfigProblem, Env, Path } from './types.ts';

/** The fields that hold a token: a literal there is refused, and its value is never shown. */
export const SECRET_PATHS: readonly Path[] = [
  ['slack', 'botToken'],
  ['slack', 'appToken'],
];

/** A value that is one reference to a variable and nothing else. */
export const REFERENCE = /^\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}$/;

export interface Interpolated {
  readonly problems: readonly ConfigProblem[];
  /** Nodes whose variable is missing: what they hold is not worth a second problem. */
  readonly failed: ReadonlySet<Node>;
}

/**
 * Replaces `${env:NAME}` in every string value of the tree, in place. The secret fields stay as they are: they are
 * resolved only by who needs them. What a variable holds is not searched again.
 */
export function interpolate(yaml: Yaml, env: Env): Interpolated {
  const secrets = secretNodes(yaml.document);
  const problems: ConfigProblem[] = [];
  const failed = new Set<Node>();
  visit(yaml.document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string' || secrets.has(node)) return;
      const { text, faults } = expand(node.value, env);
      if (faults.length > 0) failed.add(node);
      else node.value = text;
      for (const fault of faults) {
        problems.push(
          yaml.problem(node.range?.[0] ?? 0, { path: pathOf([...ancestors, node], key), ...fault }),
        );
      }
    },
  });
  return { problems, failed };
}

function secretNodes(document: Document): ReadonlySet<Node | undefined> {
  const nodes = SECRET_PATHS.map((path) => {
    const { node, found } = locate(document, path);
    return found && isAlias(node) ? node.resolve(document) : found ? node : undefined;
  });
  return new Set(nodes.filter((node) => isScalar(node)));
}

interface Expanded {
  readonly text: string;
  readonly faults: readonly { readonly message: string; readonly example: string }[];
}

function expand(text: string, env: Env): Expanded {
  const faults: { message: string; example: string }[] = [];
  const expanded = text.replace(/\$\{(?:env:([A-Za-z_][A-Za-z0-9_]*)\})?/g, (_all, name?: string) => {
    if (name === undefined) {
      const message = 'expected ${env:NAME} with letters, digits and _ in the name, found another use of ${';
      faults.push({ message, example: 'ref: ${env:DEPLOY_REF}' });
      return '';
    }
    const value = readVariable(env, name);
    if (value !== undefined) return value;
    const message = `expected the environment variable ${name} to be set, found nothing`;
    faults.push({ message, example: `export ${name}=…` });
    return '';
  });
  return { text: expanded, faults };
}

/** Undefined also when it is empty: an empty variable is one that somebody forgot to fill. */
export function readVariable(env: Env, name: string): string | undefined {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return value === '' ? undefined : value;
}
