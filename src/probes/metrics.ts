import { latencyOf } from '../domain/statistics.ts';
import { type CheckResult, type MetricResult } from '../domain/validation/result.ts';
import {
  type JourneyPlan,
  type MetricName,
  metricNames,
  type ValidationPlan,
} from '../domain/validation/plan.ts';
import type { Finding } from './run.ts';

type Samples = Partial<Record<MetricName, readonly number[]>>;

/** Each metric's median against its target; what nothing measured stays inconclusive. */
export function metricsOf(
  plan: ValidationPlan,
  findings: readonly Finding[],
  journeys: readonly Samples[],
): MetricResult[] {
  const names = Object.keys(metricNames) as MetricName[];
  return names.map((name) => {
    const told = journeys.flatMap((samples) => samples[name] ?? []);
    const values = told.length > 0 ? told : measured(name, plan, findings);
    const target = plan.targets[name];
    const value = latencyOf(values)?.p50;
    return value === undefined
      ? { name, target, samples: 0, verdict: 'inconclusive' }
      : { name, target, value, samples: values.length, verdict: value < target ? 'healthy' : 'unhealthy' };
  });
}

function measured(name: MetricName, plan: ValidationPlan, findings: readonly Finding[]): readonly number[] {
  // A conversation is a whole request of a user; a single HTTP answer stands in only where none is configured.
  if (name === 'wholeRequest' && plan.journeys.length > 0) return [];
  const each = findings.flatMap(({ metrics }) => (metrics?.[name] === undefined ? [] : [metrics[name]]));
  // One fast health check must not hide a slow API: the slowest check speaks for all.
  if (name === 'apiResponse' || name === 'wholeRequest')
    return each.toSorted((a, b) => (latencyOf(b)?.p50 ?? 0) - (latencyOf(a)?.p50 ?? 0))[0] ?? [];
  return each.flat();
}

/**
 * From the steps of a journey: message processing is the wait for the first event after each `send`, the whole
 * request all waits from a `send` to the last event before the next one.
 */
export function journeySamples(plan: JourneyPlan, { steps = [], verdict }: CheckResult): Samples {
  const processing: number[] = [];
  const whole: number[] = [];
  if (verdict !== 'healthy') return {};
  let sum: number | undefined;
  plan.steps.forEach(({ kind }, index) => {
    if (kind === 'send') {
      if (sum !== undefined && sum > 0) whole.push(sum);
      sum = 0;
    }
    if (kind !== 'expect' || sum === undefined) return;
    const taken = steps[index]?.ms ?? 0;
    if (plan.steps[index - 1]?.kind === 'send') processing.push(taken);
    sum += taken;
  });
  if (sum !== undefined && sum > 0) whole.push(sum);
  return { messageProcessing: processing, wholeRequest: whole };
}
