import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { PlanFile, PlannedChange } from './planned.ts';
import { resourceOf, say, sayDiagnostic, saySummary } from './say.ts';
import type { Bucket, State } from './state.ts';

export interface World {
  /** Where the bucket is, and what makes an apply wait. */
  readonly folder: string;
  /** Of the stand-in for Google Cloud. */
  readonly cloud: string;
}

/** The name of a backend service that Google has no room for. */
const overQuota = 'over-quota';
const words = {
  create: ['Creating', 'Creation'],
  update: ['Modifying', 'Modifications'],
  delete: ['Destroying', 'Destruction'],
  replace: ['Creating', 'Creation'],
} as const;

/** Applies a plan, resource by resource; the state is written after each. @returns the exit code */
export async function applyPlan(plan: PlanFile, bucket: Bucket, world: World): Promise<number> {
  const stopping = new AbortController();
  process.on('SIGINT', () => {
    stopping.abort();
    say('log', 'Stopping operation...');
  });
  let state: State = plan.before;
  for (const change of plan.changes) {
    if (stopping.signal.aborted) {
      sayDiagnostic({ severity: 'error', summary: 'execution halted', detail: '' });
      return 1;
    }
    const hook = { resource: resourceOf(change), action: change.action };
    const [doing, done] = words[change.action];
    say('apply_start', `${change.address}: ${doing}...`, { hook });
    await held(world);
    const problem = await carryOut(change, plan, world);
    if (problem !== undefined) {
      say('apply_errored', `${change.address}: ${done} errored after 0s`, {
        hook: { ...hook, elapsed_seconds: 0 },
      });
      const range = { filename: 'load-balancer.tf', start: { line: 1 } };
      sayDiagnostic({ severity: 'error', summary: problem, detail: '', range });
      return 1;
    }
    state = after(change, state, plan);
    bucket.write(state);
    say('apply_complete', `${change.address}: ${done} complete after 0s`, {
      hook: { ...hook, elapsed_seconds: 0 },
    });
  }
  bucket.write({ ...state, serial: state.serial + 1, outputs: plan.after.outputs });
  saySummary(plan.changes, 'apply');
  return 0;
}

function after({ address, action }: PlannedChange, state: State, plan: PlanFile): State {
  const { [address]: _, ...others } = state.resources;
  const wanted = plan.after.resources[address];
  const resources = action === 'delete' || wanted === undefined ? others : { ...others, [address]: wanted };
  return { ...state, serial: state.serial + 1, resources };
}

/** What somebody asked to wait waits, once it has begun. */
async function held({ folder }: World): Promise<void> {
  if (!existsSync(path.join(folder, 'hold'))) return;
  writeFileSync(path.join(folder, 'held'), String(process.pid));
  while (existsSync(path.join(folder, 'hold'))) await wait(20);
  rmSync(path.join(folder, 'held'), { force: true });
}

/** The time-out of a backend service is one of the load balancer in front of the services of its project. */
async function carryOut(
  change: PlannedChange,
  plan: PlanFile,
  { cloud }: World,
): Promise<string | undefined> {
  const wanted = plan.after.resources[change.address];
  const value = (key: string) => String(wanted?.[key]?.value ?? '');
  if (value('name') === overQuota)
    return "Error creating BackendService: googleapi: Error 403: Quota 'BACKEND_SERVICES' exceeded. Limit: 9.0 globally., quotaExceeded";
  if (change.type !== 'google_compute_backend_service' || change.action === 'delete') return undefined;
  const response = await fetch(`${cloud}/sandbox/cloud/load-balancer`, {
    method: 'POST',
    body: new URLSearchParams({ project: value('project'), timeout: value('timeout_sec') }),
  });
  return response.ok ? undefined : `Error updating BackendService: ${await response.text()}`;
}
