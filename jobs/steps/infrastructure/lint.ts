import { goodBefore } from '../../../src/domain/infrastructure/history.ts';
import { failed, finished, type Step, type StepContext } from '../../step.ts';
import { failureOfProblem } from './failures.ts';
import { toolOf } from './tool.ts';

/**
 * Fetches the configuration and asks the program whether it is valid. From here on one commit is meant, whatever
 * becomes of the ref. Twice is safe: what was fetched is fetched anew, and nothing else is written.
 */
export const lint: Step<'lint'> = async (context) => {
  const { operation, target } = context;
  const back = operation.request.back === true ? await wayBack(context) : undefined;
  if (operation.request.back === true && back === undefined)
    return failed('NO_EARLIER_CONFIGURATION', {
      summary: `slipway has not applied another configuration to ${target.environment} that went well.`,
    });
  const ref = back?.commit ?? operation.request.ref;
  const linted = await toolOf(context).lint(ref);
  if (linted.kind === 'problem')
    return failureOfProblem(linted.problem, {
      code: 'CONFIGURATION_INVALID',
      prevents: `Plan the infrastructure of ${target.environment}`,
      program: 'The program',
    });
  const { program, version, warnings, commit } = linted.value;
  return finished({
    program,
    version,
    warnings: [...warnings],
    ref: commit ?? ref,
    ...(back === undefined ? {} : { back: back.operation }),
  });
};

async function wayBack({ records, target }: StepContext) {
  return goodBefore(await records.infrastructure.of(target.environment));
}
