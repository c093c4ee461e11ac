import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { applyPlan, type World } from './apply.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { isEmpty, type PlanFile, planJson, planOf } from './planned.ts';
import { print, resourceOf, say, sayDiagnostic, saySummary, sayVersion } from './say.ts';
import { Bucket, lockText, version } from './state.ts';

// A stand-in for Terraform, as far as slipway runs it. The first two arguments say which sandbox it belongs to.
const [folder = '', cloud = '', command = '', ...rest] = process.argv.slice(2);
const world: World = { folder, cloud };
const data = process.env['TF_DATA_DIR'] ?? '.terraform';
const backendFile = path.join(data, 'backend.json');

interface Options {
  readonly out?: string | undefined;
  readonly lockMs: number;
  readonly detailed: boolean;
  readonly backend: readonly string[];
  readonly files: readonly string[];
}

function optionsOf(words: readonly string[]): Options {
  // Terraform's options have one dash, and their values stand behind `=`.
  const { values, positionals } = parseArgs({
    args: words.map((word) => (word.startsWith('-') ? `-${word}` : word)),
    allowPositionals: true,
    strict: false,
    options: { 'backend-config': { type: 'string', multiple: true } },
  });
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  const backend = values['backend-config'];
  return {
    out: text('out'),
    lockMs: Number.parseInt(text('lock-timeout') ?? '0', 10) * 1_000,
    detailed: values['detailed-exitcode'] === true,
    backend: Array.isArray(backend) ? backend.filter((each) => typeof each === 'string') : [],
    files: positionals,
  };
}

const commands: Readonly<Record<string, (options: Options) => number | Promise<number>>> = {
  version: () => {
    print(JSON.stringify({ terraform_version: version, platform: 'sandbox', provider_selections: {} }));
    return 0;
  },
  init: ({ backend }) => {
    const prefix = backend.find((each) => each.startsWith('prefix='))?.slice('prefix='.length) ?? 'default';
    mkdirSync(data, { recursive: true });
    writeFileSync(backendFile, JSON.stringify(prefix));
    return 0;
  },
  validate: () => {
    const { diagnostics } = configured();
    const error_count = diagnostics.length;
    print(
      JSON.stringify({
        format_version: '1.0',
        valid: error_count === 0,
        error_count,
        warning_count: 0,
        diagnostics,
      }),
    );
    return error_count === 0 ? 0 : 1;
  },
  plan,
  show: ({ files: [file = ''] }) => {
    print(JSON.stringify(planJson(readPlan(file))));
    return 0;
  },
  apply,
  output: () => {
    const { outputs } = bucket().read();
    const told = Object.entries(outputs).map(([name, { value, sensitive }]) => [
      name,
      { sensitive, type: 'string', value },
    ]);
    print(JSON.stringify(Object.fromEntries(told)));
    return 0;
  },
  'force-unlock': ({ files: [id] }) => {
    const held = bucket().holder();
    if (held?.ID !== id)
      return fail(`Failed to unlock state: lock id "${id ?? ''}" does not match existing lock`);
    bucket().unlock();
    return 0;
  },
};

async function plan({ out, lockMs, detailed }: Options): Promise<number> {
  sayVersion();
  const configuration = configured();
  for (const diagnostic of configuration.diagnostics) sayDiagnostic(diagnostic);
  if (configuration.diagnostics.length > 0) return 1;
  return locked('OperationTypePlan', lockMs, () => {
    const made = planOf(configuration, bucket().read());
    for (const change of made.changes) {
      const action = { resource: resourceOf(change), action: change.action };
      say('planned_change', `${change.address}: Plan to ${change.action}`, { change: action });
    }
    saySummary(made.changes, 'plan');
    if (out !== undefined) writeFileSync(out, JSON.stringify(made));
    return detailed && !isEmpty(made) ? 2 : 0;
  });
}

async function apply({ files: [file], lockMs }: Options): Promise<number> {
  sayVersion();
  if (file === undefined) return fail('The stand-in applies nothing but a saved plan.');
  const saved = readPlan(file);
  return locked('OperationTypeApply', lockMs, async () => {
    if (bucket().read().serial === saved.serial) return applyPlan(saved, bucket(), world);
    sayDiagnostic({
      severity: 'error',
      summary: 'Saved plan is stale',
      detail:
        'The given plan file can no longer be applied because the state was changed by another operation after the plan was created.',
    });
    return 1;
  });
}

async function locked(
  operation: string,
  forMs: number,
  work: () => number | Promise<number>,
): Promise<number> {
  const held = await bucket().lock(operation, forMs);
  if (held !== undefined) {
    sayDiagnostic({ severity: 'error', summary: 'Error acquiring the state lock', detail: lockText(held) });
    return 1;
  }
  try {
    return await work();
  } finally {
    bucket().unlock();
  }
}

function readPlan(file: string): PlanFile {
  return JSON.parse(readFileSync(file, 'utf8')) as PlanFile;
}

function configured(): Configuration {
  return readConfiguration(process.cwd(), process.env);
}

function bucket(): Bucket {
  const prefix: unknown = JSON.parse(readFileSync(backendFile, 'utf8'));
  return new Bucket(folder, typeof prefix === 'string' ? prefix : 'default');
}

function fail(text: string): number {
  console.error(`╷\n│ Error: ${text}\n╵`);
  return 1;
}

const run = commands[command];
process.exitCode = run === undefined ? fail(`There is no command "${command}".`) : await run(optionsOf(rest));
