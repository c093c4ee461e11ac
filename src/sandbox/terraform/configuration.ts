import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type Value = string | number | boolean | null;
export interface Attribute {
  readonly value: Value;
  readonly sensitive: boolean;
}
export interface Resource {
  readonly address: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  readonly range?: { readonly filename: string; readonly start: { readonly line: number } };
}
export interface Configuration {
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, Attribute>>;
  readonly diagnostics: readonly Diagnostic[];
}

interface Block {
  readonly kind: string;
  readonly labels: readonly string[];
  readonly lines: { readonly key: string; readonly text: string; readonly place: Place }[];
}
interface Place {
  readonly filename: string;
  readonly line: number;
}

/** What the stand-in's resources can be told; another argument is an error, as in Terraform. */
const types: Readonly<Record<string, readonly string[]>> = {
  google_compute_backend_service: ['name', 'project', 'timeout_sec', 'session_affinity', 'security_key'],
  google_compute_url_map: ['name', 'project', 'default_service', 'paths'],
  google_compute_health_check: ['name', 'project', 'request_path'],
};

/** Reads a small part of HCL: blocks with one argument a line, texts, numbers, `var.x` and `type.name.argument`. */
export function readConfiguration(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Configuration {
  const diagnostics: Diagnostic[] = [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.tf'));
  const blocks = files.toSorted().flatMap((name) => blocksOf(folder, name, diagnostics));
  const known = new Map<string, Attribute>();
  for (const block of blocks.filter(({ kind }) => kind === 'variable')) {
    const [name = ''] = block.labels;
    const given = env[`TF_VAR_${name}`];
    const sensitive = block.lines.some(({ key, text }) => key === 'sensitive' && text === 'true');
    const written = block.lines.find(({ key }) => key === 'default')?.text;
    known.set(`var.${name}`, { value: given ?? literal(written ?? 'null') ?? null, sensitive });
  }
  const valueOf = (text: string, place: Place): Attribute => {
    const value = literal(text);
    if (value !== undefined) return { value, sensitive: false };
    const found = known.get(text);
    if (found === undefined)
      diagnostics.push(
        error('Reference to undeclared resource', `There is no ${text} in this module.`, place),
      );
    return found ?? { value: null, sensitive: false };
  };
  const resources = blocks
    .filter(({ kind }) => kind === 'resource')
    .map(({ labels: [type = '', name = ''], lines }): Resource => {
      const address = `${type}.${name}`;
      const attributes = lines.map(({ key, text, place }) => {
        if (types[type]?.includes(key) !== true)
          diagnostics.push(
            error('Unsupported argument', `An argument named "${key}" is not expected here.`, place),
          );
        const attribute = valueOf(text, place);
        known.set(`${address}.${key}`, attribute);
        return [key, attribute] as const;
      });
      return { address, type, attributes: Object.fromEntries(attributes) };
    });
  const outputs = blocks
    .filter(({ kind }) => kind === 'output')
    .map(({ labels: [name = ''], lines }) => {
      const value = lines.find(({ key }) => key === 'value');
      const hidden = lines.some(({ key, text }) => key === 'sensitive' && text === 'true');
      const found =
        value === undefined ? { value: null, sensitive: false } : valueOf(value.text, value.place);
      return [name, { value: found.value, sensitive: hidden }] as const;
    });
  return { resources, outputs: Object.fromEntries(outputs), diagnostics };
}

function blocksOf(folder: string, filename: string, diagnostics: Diagnostic[]): readonly Block[] {
  const blocks: Block[] = [];
  let open: { readonly block: Block; readonly place: Place } | undefined;
  const lines = readFileSync(path.join(folder, filename), 'utf8').split('\n');
  for (const [index, line] of lines.entries()) {
    const place = { filename, line: index + 1 };
    const begin = /^(\w+)((?: "[\w-]+")*) \{$/.exec(line);
    const argument = /^\s+(\w+)\s*=\s*(.*?)\s*$/.exec(line);
    if (begin !== null) {
      const labels = [...(begin[2] ?? '').matchAll(/"([\w-]+)"/g)].map(([, label = '']) => label);
      open = { block: { kind: begin[1] ?? '', labels, lines: [] }, place };
      blocks.push(open.block);
    } else if (line.trim() === '}') open = undefined;
    else if (argument !== null)
      open?.block.lines.push({ key: argument[1] ?? '', text: argument[2] ?? '', place });
  }
  if (open !== undefined)
    diagnostics.push(
      error(
        'Unclosed configuration block',
        'There is no closing brace for this block before the end of the file.',
        open.place,
      ),
    );
  return blocks;
}

function literal(text: string): Value | undefined {
  const quoted = /^"(.*)"$/.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function error(summary: string, detail: string, { filename, line }: Place): Diagnostic {
  return { severity: 'error', summary, detail, range: { filename, start: { line } } };
}
