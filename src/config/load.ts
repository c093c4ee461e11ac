import { parseYaml, plainValue } from './document.ts';
import { interpolate, readVariable } from './interpolate.ts';
import { fromIssues, toProblems } from './issues.ts';
import { inOrder, type Yaml } from './problem.ts';
import { checkReferences } from './references.ts';
import { checkPages, literal } from './pages-rules.ts';
import { resolve } from './resolve.ts';
import { schema } from './schema.ts';
import { readSettings } from './settings.ts';
import { programsOf } from './programs.ts';
import { readSource } from './source.ts';
import { SYNTAX_EXAMPLE } from './syntax.ts';
import { checkSuites } from './suite-rules.ts';
import { checkTemplates } from './template-rules.ts';
import { checkValidation } from './validation/rules.ts';
import { checkInfrastructure } from './infrastructure-rules.ts';
import { readTokens } from './tokens.ts';
import type { ConfigProblem, ConfigResult, Env, Need } from './types.ts';

export interface LoadRequest {
  /** Default: the variable `SLIPWAY_CONFIG`, else `slipway.yaml` in the working directory. */
  readonly file?: string;
  /** Default: the environment of the process. */
  readonly env?: Env;
  /** The tokens that must be there. Default: both. */
  readonly needs?: readonly Need[];
}

/**
 * Reads the file and the environment into one frozen configuration, or tells all problems at once, in the order of
 * the file. Throws nothing that the file or the environment can cause.
 */
export function loadConfig(request: LoadRequest = {}): ConfigResult {
  const env = request.env ?? process.env;
  const needs = request.needs ?? ['slack-bot', 'slack-app'];
  const file = request.file ?? readVariable(env, 'SLIPWAY_CONFIG') ?? './slipway.yaml';
  const { settings, problems } = readSettings(env);
  const refuse = (more: readonly ConfigProblem[]): ConfigResult => ({
    ok: false,
    problems: inOrder([...more, ...problems]),
  });

  const source = readSource(file);
  if (!source.ok) return refuse([source.problem]);
  const parsed = parseYaml(file, source.text);
  if (!parsed.ok) return refuse(parsed.problems);
  const checked = check(parsed.yaml, env);
  const tokens = readTokens({ yaml: parsed.yaml, env, needs });
  const all = [...checked.problems, ...tokens.problems];
  if (all.length > 0 || problems.length > 0 || checked.value === undefined) return refuse(all);
  return {
    ok: true,
    config: resolve({ file, parsed: checked.value, tokens, settings, programs: programsOf(env) }),
  };
}

interface Checked {
  readonly problems: readonly ConfigProblem[];
  readonly value?: ReturnType<typeof schema.parse>;
}

/** Shape, references between parts, and variables: each is asked even when another found something. */
function check(yaml: Yaml, env: Env): Checked {
  const raw = plainValue(yaml.document);
  if (raw === undefined) return { problems: [tooManyAliases(yaml)] };
  const { problems, failed } = interpolate(yaml, env);
  const value = plainValue(yaml.document)?.value;
  const result = schema.safeParse(value);
  const rules = [
    ...checkReferences(value),
    ...checkValidation(value, raw.value),
    ...checkTemplates(value),
    ...checkSuites(value),
    ...checkInfrastructure(value),
    ...checkPages(value, raw.value),
    ...literal(['github', 'token'], raw.value),
  ];
  const findings = [...rules, ...fromIssues(result.error?.issues ?? [])];
  const all = [...problems, ...toProblems(findings, { yaml, raw: raw.value, failed })];
  return result.success ? { problems: all, value: result.data } : { problems: all };
}

function tooManyAliases(yaml: Yaml): ConfigProblem {
  const message = 'expected aliases that stand for a few values, found aliases of aliases that multiply';
  return yaml.problem(0, { path: [], message, example: SYNTAX_EXAMPLE });
}
