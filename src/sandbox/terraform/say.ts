import { writeSync } from 'node:fs';
import type { Diagnostic } from './configuration.ts';
import type { PlannedChange } from './planned.ts';
import { version } from './state.ts';

/** At once, so that whoever reads sees it while it happens. */
export function print(text: string): void {
  writeSync(1, `${text}\n`);
}

/** https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
export function say(type: string, text: string, more: object = {}): void {
  const level = type === 'diagnostic' ? 'error' : 'info';
  const stamp = {
    '@level': level,
    '@message': text,
    '@module': 'terraform.ui',
    '@timestamp': new Date().toISOString(),
  };
  print(JSON.stringify({ ...stamp, ...more, type }));
}

export function sayVersion(): void {
  say('version', `Terraform ${version}`, { terraform: version, ui: '1.2' });
}

export function sayDiagnostic(diagnostic: Diagnostic): void {
  say('diagnostic', `Error: ${diagnostic.summary}`, { diagnostic });
}

export function resourceOf({ address, type }: PlannedChange): object {
  return { addr: address, module: '', resource: address, resource_type: type, resource_key: null };
}

export function saySummary(changes: readonly PlannedChange[], operation: 'plan' | 'apply'): void {
  const count = (...actions: readonly string[]) =>
    changes.filter(({ action }) => actions.includes(action)).length;
  const [add, change, remove] = [count('create', 'replace'), count('update'), count('delete', 'replace')];
  const text =
    operation === 'plan'
      ? `Plan: ${add} to add, ${change} to change, ${remove} to destroy.`
      : `Apply complete! Resources: ${add} added, ${change} changed, ${remove} destroyed.`;
  say('change_summary', text, { changes: { add, change, import: 0, remove, operation } });
}
