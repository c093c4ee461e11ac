import { type Document, isAlias, isScalar, type Node, visit } from 'yaml';
import { pathOf } from './document.ts';
import { locate } from './locate.ts';
import { isScript, SECRET_PATHS } from './secrets.ts';
import type { Yaml } from './problem.ts';
import type { ConfigProblem, Env } from './types.ts';

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
      if (!node.value.includes('${')) return;
      const path = pathOf([...ancestors, node], key);
      const { text, faults } = expand(node.value, env, isScript(path));
      if (faults.length > 0) failed.add(node);
      else node.value = text;
      for (const fault of faults) problems.push(yaml.problem(node.range?.[0] ?? 0, { path, ...fault }));
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

function expand(text: string, env: Env, inScript: boolean): Expanded {
  const faults: { message: string; example: string }[] = [];
  const uses = /\$\{(?:env:([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*)\})?/g;
  const expanded = text.replace(uses, (all, name?: string, captured?: string) => {
    // What an earlier step of a journey captured, or a suite is told, is replaced when it runs.
    if (captured !== undefined && inScript) return all;
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
