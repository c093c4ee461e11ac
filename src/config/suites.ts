import { basicsOf } from './programs.ts';
import type { TargetSuites } from '../domain/target.ts';
import { reportFormats, type SuitePlan, type SuiteReport } from '../domain/suite/plan.ts';
import type { FileSuite } from './suites.schema.ts';
import type { Config, SuiteConfig } from './types.ts';

/** As the file says it; its rules have been asked (suite-rules.ts). */
export function suiteOf(file: FileSuite): SuiteConfig {
  const { command = [], cloudRunJob, cwd, env, timeout, report, rerun } = file;
  return {
    run:
      cloudRunJob === undefined
        ? { kind: 'command', command, cwd }
        : { kind: 'cloud-run-job', ...cloudRunJob },
    env,
    timeoutMs: timeout,
    report: reportOf(report),
    rerun,
  };
}

function reportOf(report: FileSuite['report']): SuiteReport {
  const format = reportFormats.find((each) => report[each] !== undefined) ?? 'junit';
  const where = report[format] ?? '';
  if (where === 'stdout') return { format, from: { kind: 'stdout' } };
  const [, bucket, object] = /^gs:\/\/([^/]+)\/(.+)$/.exec(where) ?? [];
  return bucket === undefined || object === undefined
    ? { format, from: { kind: 'file', path: where } }
    : { format, from: { kind: 'object', bucket, object } };
}

/** The suites as they run in one environment. Undefined: the file has none. */
export function suitesIn(
  { suites, services, environments, programs }: Config,
  environment: string,
): TargetSuites | undefined {
  const base = basicsOf(programs);
  const named = Object.entries(suites);
  const where = environments[environment];
  if (where === undefined || named.length === 0) return undefined;
  const { project, region, suites: own, services: here, loadBalancer } = where;
  const planOf = (name: string, { run, env, ...rest }: SuiteConfig): SuitePlan => ({
    ...rest,
    name,
    env: { ...env, ...own?.env },
    run: run.kind === 'command' ? { ...run, base } : { ...run, project, region: run.region ?? region },
  });
  return {
    plans: Object.fromEntries(named.map(([name, suite]) => [name, planOf(name, suite)])),
    afterDeploy: own?.afterDeploy ?? [],
    places: here.map((service) => {
      const url = loadBalancer?.urls[service];
      const front = loadBalancer === undefined || url === undefined ? undefined : { ...loadBalancer, url };
      return { service, environment, project, region, run: services[service]?.run ?? service, front };
    }),
  };
}
