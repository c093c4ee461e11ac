import type { Operation } from '../../../src/domain/operation.ts';
import type { StepResults } from '../../../src/domain/results.ts';
import type { Target } from '../../../src/domain/target.ts';
import type { StepContext } from '../../step.ts';

/** A retry of a retry, and so on: nobody clicks more often in earnest. */
const mostRetries = 20;

/**
 * The image that need not be built: the one that was asked for, or that an operation before this retry has built.
 * The same ref may build another one by now.
 */
export async function imageBefore({
  operation,
  target,
  other,
}: Pick<StepContext, 'operation' | 'target' | 'other'>): Promise<StepResults['build'] | undefined> {
  const { image: digest } = operation.request;
  if (digest !== undefined) return { image: `${target.build.image}@${digest}`, digest, build: 'ready image' };
  let { retryOf } = operation.request;
  for (let tries = 0; retryOf !== undefined && tries < mostRetries; tries += 1) {
    const before: Operation | undefined = await other(retryOf);
    if (before?.results.build !== undefined) return before.results.build;
    retryOf = before?.request.retryOf;
  }
  return undefined;
}

/** Whether the Docker of the worker builds, as asked for or configured. */
export function isLocal({ request }: Pick<Operation, 'request'>, { build }: Pick<Target, 'build'>): boolean {
  return request.build === 'local' || build.with === 'docker';
}

export const imageTagOf = ({ id, request }: Operation): string => `${id}-${request.uid}`;
