import type { GoogleClients } from './clients.ts';
import { CloudError, callOptions, grpcCode, reading } from './errors.ts';
import { enumName } from './enum-name.ts';
import { installationStages } from './enums.ts';

/**
 * Why Cloud Build cannot fetch from a connected repository, as it was read; undefined when it can.
 * @param repository `projects/P/locations/R/connections/C/repositories/N`
 * @throws CloudError when that could not be determined
 */
export async function connectionProblem(
  google: Pick<GoogleClients, 'repositories'>,
  repository: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [name = ''] = repository.split('/repositories/');
  try {
    const ask = async () =>
      Promise.all([
        google.repositories.getConnection({ name }, callOptions),
        google.repositories.getRepository({ name: repository }, callOptions),
      ]);
    const [[connection]] = await reading(`Reading ${repository}`, ask, signal);
    const { installationState: state, disabled } = connection;
    if (disabled === true) return `${name} is disabled`;
    const stage = enumName(installationStages, state?.stage);
    if (stage === 'COMPLETE') return undefined;
    return [`${name} is ${stage}`, state?.message, state?.actionUri].filter(Boolean).join(': ');
  } catch (error) {
    if (error instanceof CloudError && error.code === grpcCode.NOT_FOUND) return error.message;
    throw error;
  }
}
