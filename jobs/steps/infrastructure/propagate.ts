import { setTimeout as wait } from 'node:timers/promises';
import { duration } from '../../../src/domain/infrastructure/words.ts';
import { type Target, usersWay } from '../../../src/domain/target.ts';
import { healthPlan, planFor, planForDeploy } from '../../../src/domain/validation/plan-for.ts';
import {
  checkFact,
  type RecordedCheck,
  type ValidationRecord,
} from '../../../src/domain/validation/record.ts';
import { measure } from '../../measure.ts';
import { failed, finished, resultOf, type Step, type StepContext } from '../../step.ts';
import { seldom } from './tell.ts';
import { policyOf } from './tool.ts';

/** Milliseconds between two looks: a load balancer takes minutes, and each look asks it some twenty times. */
const pauseMs = 1_000;

interface Look {
  readonly checks: readonly string[];
  readonly bad: readonly RecordedCheck[];
}

/**
 * Looks the way users come until all services are well several times in a row: after a change of a load balancer its
 * front ends differ for a while. Twice is safe: it only asks, and what was counted before a crash is counted again.
 */
export const propagate: Step<'propagate'> = async (context) => {
  const { operation, now, signal } = context;
  if (!resultOf(operation, 'apply').applied) return finished({ waitedMs: 0, checks: [] });
  const { withinMs, times } = policyOf(context).propagation;
  const began = now();
  const tell = seldom('propagate', context);
  for (let well = 0; ; ) {
    const { checks, bad } = await look(context);
    well = bad.length === 0 ? well + 1 : 0;
    const waitedMs = now() - began;
    if (well >= times) return finished({ waitedMs, checks: [...checks] });
    tell(`${well} of ${times} looks in a row are well, after ${duration(waitedMs)}`);
    if (waitedMs + pauseMs >= withinMs)
      return failed('NOT_PROPAGATED', {
        summary: `${well} of ${times} looks in a row were well within ${duration(withinMs)}.`,
        evidence: (bad.length === 0 ? [] : bad).map(checkFact),
      });
    await wait(pauseMs, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
};

async function look(context: StepContext): Promise<Look> {
  const each = await Promise.all(context.targets.map((target) => lookAt(target, context)));
  const records = each.filter((record) => record !== undefined);
  return {
    checks: records.map(({ url, verdict }) => `${url}: ${verdict}`),
    bad: records.flatMap(({ checks }) => checks.filter(({ verdict }) => verdict === 'unhealthy')),
  };
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
