import { z } from 'zod';
import { type Deployed, valueOf } from './change.ts';
import { formatDuration } from './duration.ts';
import type { Split } from './results.ts';
import { ingresses } from './template.ts';
import type { Target } from './target.ts';

export const riskFlags = [
  'TIMEOUT_BELOW_HOLD',
  'MEMORY_LOWERED',
  'CPU_LOWERED',
  'MIN_INSTANCES_ZERO',
  'CONCURRENCY_RAISED',
  'SERVICE_ACCOUNT_CHANGED',
  'INGRESS_OPENED',
  'ENV_REMOVED',
  'SECRET_LATEST',
  'AFFINITY_OFF',
  'AFFINITY_BENDS_SPLIT',
  'NO_WAY_BACK',
  'NOT_VALIDATED',
] as const;
export type RiskFlag = (typeof riskFlags)[number];

export const riskSchema = z.object({ flag: z.enum(riskFlags), reason: z.string() });
/** Something that an approver should have thought of. */
export type Risk = z.infer<typeof riskSchema>;

export interface RiskQuestion {
  /** What serves now; absent where nothing does. */
  readonly before: Deployed | undefined;
  readonly after: Deployed;
  readonly serving: Split;
  readonly target: Pick<Target, 'validation' | 'rollout'>;
}

/** What of a change may hurt, and why. Pure. */
export function risksOf(question: RiskQuestion): readonly Risk[] {
  const { before, after, serving, target } = question;
  return [
    ...(serving.length === 0
      ? [risk('NO_WAY_BACK', 'nothing serves now, so there is no stable revision to go back to')]
      : []),
    ...(before === undefined ? [] : lowered({ ...question, before })),
    ...sticky(question),
    ...latest(after),
    ...(target.validation === undefined
      ? [risk('NOT_VALIDATED', 'no validation is configured: only the health of the candidate is checked')]
      : []),
  ];
}

function risk(flag: RiskFlag, reason: string): Risk {
  return { flag, reason };
}

type Compared = RiskQuestion & { readonly before: Deployed };

function lowered({ before, after, target }: Compared): readonly Risk[] {
  const held = Math.max(0, ...(target.validation?.websocket ?? []).map(({ holdMs }) => holdMs));
  const timeout = after.timeoutMs ?? 0;
  const shorter = falls(before.timeoutMs, after.timeoutMs) && timeout < held;
  return [
    ...when(
      shorter,
      'TIMEOUT_BELOW_HOLD',
      `connections are held for ${formatDuration(held)}, and Cloud Run would cut them after ${formatDuration(timeout)}`,
    ),
    ...when(falls(before.memory, after.memory), 'MEMORY_LOWERED', 'an instance over its memory is killed'),
    ...when(falls(before.cpu, after.cpu), 'CPU_LOWERED', 'requests take longer, and so does the start'),
    ...when(
      before.minInstances > 0 && after.minInstances === 0,
      'MIN_INSTANCES_ZERO',
      'after a quiet time the first request waits for a start',
    ),
    ...when(
      falls(after.concurrency, before.concurrency),
      'CONCURRENCY_RAISED',
      'more requests share the memory and CPU of one instance',
    ),
    ...opened(before, after),
    ...removed(before, after),
    ...when(before.affinity && !after.affinity, 'AFFINITY_OFF', 'clients lose the instance that knows them'),
  ];
}

/** Whoever has the cookie of a revision goes on with it as long as that has a share. */
function sticky({ before, after, serving, target }: RiskQuestion): readonly Risk[] {
  const first = target.rollout.steps[0] ?? 100;
  return when(
    serving.length > 0 && first < 100 && (before?.affinity === true || after.affinity),
    'AFFINITY_BENDS_SPLIT',
    `clients stay on the revision they know: ${first} % is reached slowly, and only new ones, as the probes are, see the split`,
  );
}

function opened(before: Deployed, after: Deployed): readonly Risk[] {
  const width = ({ ingress }: Deployed) => ingresses.findIndex((each) => each === ingress);
  const account = after.serviceAccount ?? 'the default of the project';
  return [
    ...when(
      before.serviceAccount !== after.serviceAccount,
      'SERVICE_ACCOUNT_CHANGED',
      `what the service may do becomes what ${account} may do`,
    ),
    ...when(
      width(before) >= 0 && width(after) > width(before),
      'INGRESS_OPENED',
      `requests may come from ${after.ingress === 'all' ? 'anywhere' : 'the load balancer'}`,
    ),
  ];
}

function removed(before: Deployed, after: Deployed): readonly Risk[] {
  const names = (deployed: Deployed) => [...Object.keys(deployed.env), ...Object.keys(deployed.secrets)];
  const left = new Set(names(after));
  const gone = names(before)
    .filter((name) => !left.has(name))
    .toSorted();
  return when(gone.length > 0, 'ENV_REMOVED', `code that reads ${listed(gone)} finds nothing`);
}

/** Another value of the secret reaches each instance that starts, and a way back does not bring back the old one. */
function latest({ secrets }: Deployed): readonly Risk[] {
  const names = Object.keys(secrets)
    .filter((name) => valueOf(secrets, name)?.version === 'latest')
    .toSorted();
  const reason = `${listed(names)} ${names.length === 1 ? 'changes' : 'change'} with no deploy, and no rollback brings the value back`;
  return when(names.length > 0, 'SECRET_LATEST', reason);
}

function when(is: boolean, flag: RiskFlag, reason: string): readonly Risk[] {
  return is ? [risk(flag, reason)] : [];
}

function falls(before: number | undefined, after: number | undefined): boolean {
  return before !== undefined && after !== undefined && after < before;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
