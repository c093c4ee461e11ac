import type { Output } from '../../../src/domain/infrastructure/tool.ts';
import { failed, finished, resultOf, type Step } from '../../step.ts';
import { failureOfProblem } from './failures.ts';
import { plannedRef } from './plan.ts';
import { policyOf, toolOf } from './tool.ts';

const secretText = '(secret)';
/** As much of a value as people read. */
const longest = 300;

/** Compares what the configuration puts out with what slipway.yaml wants. Twice is safe: it only reads. */
export const outputs: Step<'outputs'> = async (context) => {
  const read = await toolOf(context).outputs(plannedRef(context));
  if (read.kind === 'problem')
    return failureOfProblem(read.problem, {
      code: 'OUTPUTS_DIFFER',
      prevents: 'Read the outputs',
      program: resultOf(context.operation, 'lint').program,
    });
  const wanted = policyOf(context).outputs;
  const compared = read.value.map((output) => compare(output, wanted[output.name]));
  const named = new Set(compared.map(({ name }) => name));
  const missing = Object.entries(wanted)
    .filter(([name]) => !named.has(name))
    .map(([name, want]) => ({ name, value: '(none)', wanted: want, ok: false }));
  const all = [...compared, ...missing];
  const bad = all.filter(({ ok }) => !ok);
  if (bad.length === 0) return finished({ outputs: all });
  return failed('OUTPUTS_DIFFER', {
    summary: `${bad.length} of ${Object.keys(wanted).length} outputs are not as wanted.`,
    evidence: bad.map(({ name, value, wanted: want }) => `${name} is ${value}, wanted ${want ?? ''}`),
  });
};

function compare({ name, value, sensitive }: Output, wanted: string | undefined) {
  const shown = sensitive ? secretText : value.slice(0, longest);
  const ok = wanted === undefined || wanted === value;
  return {
    name,
    value: shown,
    ...(wanted === undefined ? {} : { wanted: sensitive ? secretText : wanted }),
    ok,
  };
}
