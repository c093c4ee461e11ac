import { revisionOf } from '../../src/domain/operation.ts';
import { usersWay } from '../../src/domain/target.ts';
import type { StepContext } from '../step.ts';

/**
 * What every suite is told: SLIPWAY_ENVIRONMENT, SLIPWAY_OPERATION, SLIPWAY_URL and SLIPWAY_REVISION of the first
 * service of the operation, and with the name of the service (SLIPWAY_URL_BACKEND) those of each service of the
 * environment that there is.
 */
export async function whereabouts(context: StepContext): Promise<Readonly<Record<string, string>>> {
  const { cloud, operation, target, targets, signal } = context;
  const places = target.suites?.places ?? [];
  const seen = await Promise.all(
    places.map(async (place) => {
      const service = await cloud.run.service(place, signal);
      if (service === undefined) return [];
      const { url } = usersWay(place, service);
      return [{ service: place.service, url, revision: service.serving[0]?.revision ?? '' }];
    }),
  );
  const all = seen.flat();
  const first = all.find(({ service }) => service === target.service);
  const own = targets.length === 1 ? revisionOf(operation) : undefined;
  return {
    SLIPWAY_ENVIRONMENT: target.environment,
    SLIPWAY_OPERATION: operation.id,
    SLIPWAY_URL: first?.url ?? '',
    SLIPWAY_REVISION: own ?? first?.revision ?? '',
    ...Object.fromEntries(
      all.flatMap(({ service, url, revision }) => [
        [`SLIPWAY_URL_${variable(service)}`, url],
        [`SLIPWAY_REVISION_${variable(service)}`, revision],
      ]),
    ),
  };
}

function variable(service: string): string {
  return service.toUpperCase().replaceAll('-', '_');
}
