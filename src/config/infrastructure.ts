import type { InfrastructurePolicy, ProgramWay } from '../domain/infrastructure/policy.ts';
import type { FileInfrastructure } from './infrastructure.schema.ts';

/** As the file says it. @param surroundings what programs may know of the environment of the process */
export function infrastructureOf(
  file: FileInfrastructure,
  surroundings: Readonly<Record<string, string>>,
): InfrastructurePolicy {
  const { approval, propagation, outputs } = file;
  return {
    way: programOf(file, surroundings),
    ...(approval === undefined ? {} : { approval }),
    propagation: { withinMs: propagation.within, times: propagation.times, probes: propagation.probes },
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, String(value)])),
  };
}

function programOf(file: FileInfrastructure, surroundings: Readonly<Record<string, string>>): ProgramWay {
  const { program, repository, directory, folder, workspace, vars, env, backend, lockWait, timeout } = file;
  const variables = Object.entries(vars).map(([name, value]) => [`TF_VAR_${name}`, value] as const);
  return {
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
