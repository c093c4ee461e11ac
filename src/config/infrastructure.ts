import type { InfrastructurePolicy, ProgramWay, TriggerWay } from '../domain/infrastructure/policy.ts';
import type { FileInfrastructure } from './infrastructure.schema.ts';

interface Place {
  readonly project: string;
  readonly region: string;
  /** Of the process, as far as programs may know it. */
  readonly surroundings: Readonly<Record<string, string>>;
}

/** As the file says it, in the place of its environment. */
export function infrastructureOf(file: FileInfrastructure, place: Place): InfrastructurePolicy {
  const { approval, propagation, outputs } = file;
  return {
    way: file.trigger === undefined ? programOf(file, place) : triggerOf(file, place),
    ...(approval === undefined ? {} : { approval }),
    propagation: { withinMs: propagation.within, times: propagation.times, probes: propagation.probes },
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)])),
  };
}

function programOf(file: FileInfrastructure, { surroundings }: Place): ProgramWay {
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

function triggerOf({ trigger, timeout }: FileInfrastructure, { project, region }: Place): TriggerWay {
  return {
    kind: 'trigger',
    trigger: trigger?.name ?? '',
    project: trigger?.project ?? project,
    region: trigger?.region ?? region,
    timeoutMs: timeout,
  };
}
