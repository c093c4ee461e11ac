import type { InfrastructurePolicy, ProgramWay, TriggerWay } from '../domain/infrastructure/policy.ts';
import type { FileInfrastructure } from './infrastructure.schema.ts';

interface Around {
  /** What programs may know of the environment of the process. */
  readonly surroundings: Readonly<Record<string, string>>;
  /** Where a trigger is that names no other place. */
  readonly project: string;
  readonly region: string;
}

/** As the file says it. */
export function infrastructureOf(file: FileInfrastructure, around: Around): InfrastructurePolicy {
  const { approval, propagation, outputs } = file;
  return {
    way: triggerOf(file, around) ?? programOf(file, around),
    ...(approval === undefined ? {} : { approval }),
    propagation: { withinMs: propagation.within, times: propagation.times, probes: propagation.probes },
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)])),
  };
}

function triggerOf(
  { trigger, lockWait, timeout }: FileInfrastructure,
  { project, region }: Around,
): TriggerWay | undefined {
  if (trigger === undefined) return undefined;
  const [, bucket = '', prefix = ''] = /^gs:\/\/([^/]+)\/?(.*?)\/?$/.exec(trigger.objects) ?? [];
  return {
    kind: 'trigger',
    trigger: trigger.name,
    project: trigger.project ?? project,
    region: trigger.region ?? region,
    bucket,
    prefix,
    lockWaitMs: lockWait,
    timeoutMs: timeout,
  };
}

function programOf(file: FileInfrastructure, { surroundings }: Around): ProgramWay {
  const { program, repository, directory, folder, workspace, vars, env, backend, lockWait, timeout } = file;
  const variables = Object.entries(vars).map(([name, value]) => [`TF_VAR_${name}`, value] as const);
  return {
    kind: 'program',
    program,
    source:
      repository === undefined
        ? { kind: 'folder', folder: folder ?? '.' }
        : { kind: 'git', repository, directory },
    ...(workspace === undefined ? {} : { workspace }),
    backend,
    env: { ...surroundings, ...env, ...Object.fromEntries(variables) },
    lockWaitMs: lockWait,
    timeoutMs: timeout,
  };
}
