import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');

/** A way of a team, to the stand-in. */
export const pagerduty = { key: '${env:PAGERDUTY_KEY}', url: '${env:PAGERDUTY_URL}' };

/** The parts of the example that stories change. */
export interface Example {
  readonly services: Readonly<Record<string, Record<string, unknown>>>;
  readonly environments: Readonly<Record<string, Record<string, unknown>>>;
}

/** A change of the example, made to what it says. */
export const changing =
  (change: (example: Example) => void) =>
  (yaml: string): string => {
    const example = parse(yaml) as Example;
    change(example);
    return stringify(example);
  };

/** The example with its traffic moved like this, and nothing validated beyond health. */
export const withRollout = (rollout: object, health?: readonly object[]) =>
  changing(({ services, environments }) => {
    for (const environment of Object.values(environments)) Object.assign(environment, { rollout });
    if (health !== undefined)
      for (const service of Object.values(services)) Object.assign(service, { health });
    for (const part of [...Object.values(services), ...Object.values(environments)])
      Reflect.deleteProperty(part, 'validation');
  });

/** The example without what a validation asks for, and with traffic that moves at once and is not watched. */
export function withoutValidation(yaml: string): string {
  return withRollout({ steps: [100], bake: '0s' })(yaml);
}

export const allowedBySlack =
  (updatesPerMinute: number) =>
  (yaml: string): string => {
    const file = parse(yaml) as { slack?: object };
    return stringify({ ...file, slack: { ...file.slack, updatesPerMinute } });
  };

/** The suite of the example, with its reports in this folder: stories that run side by side write their own. */
export const reportsIn =
  (folder: string) =>
  (yaml: string): string => {
    const file = parse(yaml) as { readonly suites: Readonly<Record<string, object>> };
    const report = path.join(folder, '${operation}.xml');
    const command = ['node', path.join(root, 'examples/e2e/run.mjs'), '--junit', report];
    const e2e = { ...file.suites['e2e'], command, report: { junit: report } };
    return stringify({ ...file, suites: { e2e } });
  };

/** Its allowance is Slack's matter, not that of a story: one that waits for it tells nothing more. */
export const unhurriedBySlack = allowedBySlack(3_000);

/** The example with a change, as a file in the folder. */
export function changedConfig(folder: string, change: (yaml: string) => string): string {
  const example = readFileSync(path.join(root, 'examples/slipway.yaml'), 'utf8');
  const file = path.join(folder, 'slipway.yaml');
  writeFileSync(file, change(example));
  return file;
}
