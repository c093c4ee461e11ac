import { setTimeout as wait } from 'node:timers/promises';
import { isLastGood } from '../../../src/domain/infrastructure/history.ts';
import { duration } from '../../../src/domain/infrastructure/words.ts';
import { stepOf } from '../../../src/domain/operation.ts';
import { type Target, usersWay } from '../../../src/domain/target.ts';
import { healthPlan, planFor, planForDeploy } from '../../../src/domain/validation/plan-for.ts';
import { checkFact, unmeasured, type ValidationRecord } from '../../../src/domain/validation/record.ts';
import { measure } from '../../measure.ts';
import { failed, finished, resultOf, type Step, type StepContext } from '../../step.ts';
import { seldom } from './tell.ts';
import { policyOf } from './tool.ts';

/** Milliseconds between two looks: a load balancer takes minutes, and each look asks it some twenty times. */
const pauseMs = 1_000;

interface Look {
  readonly checks: readonly string[];
  /** What is not well, each with the service that it is of. */
  readonly bad: readonly string[];
}

/**
 * Looks the way users come until all services are well several times in a row: after a change of a load balancer its
 * front ends differ for a while. Looks that are well when the limit comes are gone on with, so that a worker that takes
 * over late blames nobody for the time in which nobody looked. Twice is safe: it only asks, the limit counts from its
 * first beginning, and what was counted before a crash is counted again.
 */
export const propagate: Step<'propagate'> = async (context) => {
  const { operation, now, signal } = context;
  if (await isNothingNew(context)) return finished({ waitedMs: 0, checks: [] });
  const { withinMs, times } = policyOf(context).propagation;
  const began = stepOf(operation, 'propagate')?.startedAt ?? now();
  const tell = seldom('propagate', context);
  for (let well = 0; ; ) {
    const { checks, bad } = await look(context);
    well = bad.length === 0 ? well + 1 : 0;
    const waitedMs = Math.max(0, now() - began);
    if (well >= times) return finished({ waitedMs, checks: [...checks] });
    tell(`${well} of ${times} looks in a row are well, after ${duration(waitedMs)}`);
    if (well === 0 && waitedMs + pauseMs >= withinMs)
      return failed('NOT_PROPAGATED', {
        summary: `The way users come was not well ${times === 1 ? 'once' : `${times} times in a row`} within ${duration(withinMs)}.`,
        evidence: [...bad],
      });
    await wait(pauseMs, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
};

/** A change that users did not see in time is applied: the next operation has nothing to apply, but all to look at. */
async function isNothingNew({ operation, records, target }: StepContext): Promise<boolean> {
  if (resultOf(operation, 'apply').applied) return false;
  return isLastGood(await records.infrastructure.of(target.environment));
}

async function look(context: StepContext): Promise<Look> {
  const each = await Promise.all(
    context.targets.map(async (target) => ({ target, record: await lookAt(target, context) })),
  );
  return {
    checks: each.flatMap(({ record }) => (record === undefined ? [] : [`${record.url}: ${record.verdict}`])),
    bad: each.flatMap(({ target, record }) =>
      record === undefined ? [] : notWell(record).map((fact) => `${target.service}: ${fact}`),
    ),
  };
}

/** What slipway could not measure by a fault of its own proves nothing, and so is not well. */
function notWell(record: ValidationRecord): readonly string[] {
  const unhealthy = record.checks.filter(({ verdict }) => verdict === 'unhealthy');
  return [...unhealthy, ...unmeasured(record)].map(checkFact);
}

/** @returns undefined for a service that Cloud Run does not have: nobody comes to it */
async function lookAt(target: Target, context: StepContext): Promise<ValidationRecord | undefined> {
  const service = await context.cloud.run.service(target, context.signal);
  if (service === undefined || service.serving.length === 0) return undefined;
  const { probes } = policyOf(context).propagation;
  const plan = probes === 'health' ? healthPlan(target) : planForDeploy(planFor(target));
  const own = { ...context, target };
  return measure({ step: 'propagate', plan, ...usersWay(target, service), revision: undefined }, own);
}
