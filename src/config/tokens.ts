import { isAlias, isScalar } from 'yaml';
import { readVariable, REFERENCE } from './interpolate.ts';
import { locate } from './locate.ts';
import { variableProblem, type Yaml } from './problem.ts';
import type { ConfigProblem, Env, Need } from './types.ts';

interface TokenKind {
  readonly need: Need;
  readonly key: 'botToken' | 'appToken';
  readonly variable: string;
  readonly expected: string;
  readonly shape: RegExp;
}

// Prefixes: Slack's "Token types" page. A rotated bot token carries xoxe. in front.
const KINDS: readonly TokenKind[] = [
  {
    need: 'slack-bot',
    key: 'botToken',
    variable: 'SLACK_BOT_TOKEN',
    expected: 'a bot token (xoxb-…)',
    shape: /^(?:xoxe\.)?xoxb-[\w.-]+$/,
  },
  {
    need: 'slack-app',
    key: 'appToken',
    variable: 'SLACK_APP_TOKEN',
    expected: 'an app-level token (xapp-…)',
    shape: /^xapp-[\w.-]+$/,
  },
];

export interface Tokens {
  readonly botToken: string;
  readonly appToken: string;
  readonly problems: readonly ConfigProblem[];
}

export interface TokenRequest {
  readonly yaml: Yaml;
  readonly env: Env;
  readonly needs: readonly Need[];
}

/** The tokens that are needed, `''` for the others. A field that is no reference is the schema's to report. */
export function readTokens(request: TokenRequest): Tokens {
  const found = { botToken: '', appToken: '' };
  const problems: ConfigProblem[] = [];
  for (const kind of KINDS) {
    const { offset, name } = reference(request.yaml, kind);
    const value = name === undefined ? undefined : readVariable(request.env, name);
    if (name === undefined || !request.needs.includes(kind.need)) {
      found[kind.key] = value ?? '';
      continue;
    }
    const message = fault(kind, name, value);
    if (message === undefined) found[kind.key] = value ?? '';
    else problems.push(problemOf(request.yaml, { kind, name, offset, message }));
  }
  return { ...found, problems };
}

/** The variable a field names; its place is undefined when the file leaves the field out. */
function reference(
  yaml: Yaml,
  kind: TokenKind,
): { readonly name?: string | undefined; readonly offset?: number } {
  const { found, node, value } = locate(yaml.document, ['slack', kind.key]);
  if (!found) return { name: kind.variable };
  const target = isAlias(node) ? node.resolve(yaml.document) : node;
  const written = isScalar(target) && typeof target.value === 'string' ? target.value : '';
  return { name: REFERENCE.exec(written)?.[1], offset: value };
}

function fault(kind: TokenKind, name: string, value: string | undefined): string | undefined {
  if (value !== undefined && kind.shape.test(value)) return undefined;
  const expected = `expected the environment variable ${name} to hold ${kind.expected}`;
  if (value === undefined) return `${expected}, found nothing`;
  if (/\s/.test(value)) return `${expected}, found a value with white space in it (not shown)`;
  return `${expected}, found another kind of value (not shown)`;
}

interface TokenFault {
  readonly kind: TokenKind;
  readonly name: string;
  readonly offset: number | undefined;
  readonly message: string;
}

function problemOf(yaml: Yaml, { kind, name, offset, message }: TokenFault): ConfigProblem {
  const example = `export ${name}=${kind.need === 'slack-bot' ? 'xoxb-…' : 'xapp-…'}`;
  if (offset === undefined) return variableProblem(name, message, example);
  return yaml.problem(offset, { path: ['slack', kind.key], message, example });
}
