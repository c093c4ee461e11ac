import type { Failure } from '../../src/domain/events.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { deployPlan } from '../../src/domain/plan.ts';
import { fired, hand, moved } from './countdowns.ts';
import {
  asked,
  began,
  begin,
  broken,
  candidate,
  clicked,
  digest,
  done,
  end,
  healthy,
  recorded,
  requested,
  results,
  stable,
  started,
  told,
  type Untimed,
  yielded,
} from './operations.ts';

/** Text that comes from outside slipway, at every place where a story tells some. */
export interface Outside {
  readonly ref: string;
  readonly name: string;
  readonly image: string;
  readonly url: string;
  readonly revision: string;
  readonly check: string;
  readonly failure: Omit<Failure, 'code'>;
}

export const usual: Outside = {
  ref: 'main',
  name: 'reviewer',
  image: results.build.image,
  url: 'https://backend.example',
  revision: candidate,
  check: 'GET /health',
  failure: {
    summary: 'It did not work.',
    evidence: ['HEALTH_CHECK_CONTAINER_ERROR: the container exited'],
    logs: ['Traceback (most recent call last):', "NameError: name 'x' is not defined"],
    cause: "NameError: name 'x' is not defined",
  },
};

/** The same text everywhere. */
export function everywhere(text: string): Outside {
  return {
    ref: text,
    name: text,
    image: text,
    url: text,
    revision: text,
    check: text,
    failure: {
      summary: text,
      evidence: [text, text, text, text, text],
      logs: Array.from({ length: 20 }, () => text),
      cause: text,
      advice: text,
    },
  };
}

/** An operation in every state that people can meet, by name. */
export function stories(outside: Outside = usual): Readonly<Record<string, Operation>> {
  return {
    ...going(outside),
    ...asking(outside),
    ...drifted(outside),
    ...counting(outside),
    ...ended(outside),
  };
}

const opened = (outside: Outside, approval = false): readonly Untimed[] => [
  requested({ ref: outside.ref, byName: outside.name, plan: [...deployPlan({ approval })] }),
];

/** What each step found, told with words from outside. */
function found({ image, url, revision, check }: Outside) {
  const fine = { ...healthy, name: check, expected: check };
  const unsure = { ...healthy, name: `${check}2`, verdict: 'inconclusive' as const, measured: check };
  const before = { revision: stable, percent: 100 };
  return {
    preflight: done('preflight', { ...results.preflight, url, image, split: [before] }),
    build: done('build', { ...results.build, image, logUrl: url }),
    candidate: done('candidate', { revision, tag: 'op42', url, split: [before] }),
    prove: done('prove', { url, record: recorded(fine, unsure) }),
    shift: done('shift', { url, split: [{ revision, percent: 100 }] }),
    verify: done('verify', { url, record: recorded(fine) }),
    restored: done('restore', { split: [before], moved: true, tagRemoved: true, tookMs: 2_000 }),
    untouched: done('restore', { split: [before], moved: false, tagRemoved: true }),
  };
}

/** Somebody else has changed the service meanwhile. */
function drifted(outside: Outside): Record<string, Operation> {
  const { name, revision, failure } = outside;
  const { preflight, build, candidate: ready, prove } = found(outside);
  const split = [{ revision, percent: 100 }];
  const foreign = { type: 'drift-found', what: failure.summary, split } as const;
  const building = [...opened(outside), started, ...preflight, ...build, begin('candidate')];
  const shifting = [...opened(outside), started, ...preflight, ...build, ...ready, ...prove, begin('shift')];
  const moved = { type: 'traffic-moved', percent: 10, split, stableErrors: 0 } as const;
  const fired = [...shifting, moved, ...broken('shift', 'TRIGGER_FIRED', failure)];
  const template = { revision, problem: failure.summary };
  const restored = { split, tagRemoved: true, template };
  return {
    'changed before the candidate': told(...building, foreign),
    'changed before the first move': told(...shifting, foreign),
    'changed between moves': told(...shifting, moved, foreign),
    'rolled back over a change': told(
      ...fired,
      ...done('restore', { ...restored, moved: true, foreign: { split, by: name, left: false } }),
      end('rolled-back'),
    ),
    'left as somebody else has put it': told(
      ...fired,
      ...done('restore', { ...restored, moved: false, foreign: { split, left: true } }),
      end('failed'),
    ),
  };
}

function going(outside: Outside): Record<string, Operation> {
  const open = opened(outside);
  const { preflight, build, candidate: ready, prove, shift } = found(outside);
  const running = [...open, started];
  return {
    requested: told(...open),
    queued: told(...open, { type: 'queued', behind: 'staging-41', position: 2 }),
    started: told(...running),
    building: told(...running, ...preflight, begin('build')),
    yielded: told(...running, ...preflight, begin('build'), yielded('build')),
    creating: told(...running, ...preflight, ...build, begin('candidate')),
    proving: told(...running, ...preflight, ...build, ...ready, begin('prove')),
    shifting: told(...running, ...preflight, ...build, ...ready, ...prove, begin('shift')),
    verifying: told(...running, ...preflight, ...build, ...ready, ...prove, ...shift, begin('verify')),
  };
}

function asking(outside: Outside): Record<string, Operation> {
  const { preflight, build } = found(outside);
  const split = `${outside.revision} 100 %`;
  const question = asked({ shown: { digest, split, template: 'aaaa' } });
  const open = [...opened(outside, true), started, ...preflight, ...build, begin('approval')];
  const waiting = [...open, question, yielded('approval')];
  const click = (type: 'approved' | 'rejected') => ({ ...clicked(type), byName: outside.name }) as Untimed;
  const ending = (code: 'REJECTED' | 'APPROVAL_EXPIRED' | 'CONFIG_CHANGED') =>
    broken('approval', code, { summary: outside.failure.summary });
  const expired = { type: 'approval-expired' } as const;
  return {
    asking: told(...open, question),
    waiting: told(...waiting),
    'looking again': told(...waiting, begin('approval')),
    approved: told(...waiting, click('approved')),
    'asked again': told(...waiting, click('approved'), { ...question, fingerprint: 'new' } as Untimed),
    rejected: told(...waiting, click('rejected'), ...ending('REJECTED'), end('rejected')),
    expired: told(...waiting, expired, ...ending('APPROVAL_EXPIRED'), end('expired')),
    'changed while asking': told(...waiting, ...ending('CONFIG_CHANGED'), end('failed')),
  };
}

function counting(outside: Outside): Record<string, Operation> {
  const { preflight, build, candidate: ready, prove, shift, verify, restored } = found(outside);
  const watching = [...opened(outside), started, ...preflight, ...build, ...ready, ...prove, begin('shift')];
  const half = [
    { revision: outside.revision, percent: 50 },
    { revision: stable, percent: 50 },
  ];
  const running: readonly Untimed[] = [
    ...watching,
    moved(50, half),
    { type: 'trigger-fired', percent: 50, triggers: [fired], until: began + (watching.length + 31) * 1000 },
  ];
  const tick = {
    type: 'step-progressed',
    step: 'shift',
    text: 'HTTP 5xx: 28 % (limit 20 %, 200 samples)',
  } as const;
  const seen: Untimed = { type: 'watched', percent: 50, triggers: [fired] };
  const all = moved(100, [{ revision: outside.revision, percent: 100 }]);
  const kept = [...running, hand('kept', outside.name), seen, all, { ...seen, percent: 100 }];
  const back = [
    seen,
    ...broken('shift', 'TRIGGER_FIRED', outside.failure).slice(1),
    begin('restore'),
    ...restored.slice(1),
    end('rolled-back'),
  ];
  return {
    'counting down': told(...running),
    'counted down a little': told(...running, tick, tick),
    kept: told(...kept),
    'kept and succeeded': told(...kept, ...shift.slice(1), ...verify, end('succeeded')),
    'not waited for': told(...running, hand('cancelled', outside.name), ...back),
    'counted down': told(...running, tick, { type: 'countdown-over' }, ...back),
  };
}

function ended(outside: Outside): Record<string, Operation> {
  const { failure } = outside;
  const { preflight, build, candidate: ready, prove, shift, verify, restored, untouched } = found(outside);
  const running = [...opened(outside), started];
  const made = [...running, ...preflight, ...build];
  const proved = [...made, ...ready, ...prove];
  const unhealthy = [...proved, ...shift, ...broken('verify', 'UNHEALTHY_AFTER_SHIFT', failure)];
  const approving = [...opened(outside, true), started, ...preflight, ...build, begin('approval'), asked()];
  const allowed = [...approving, clicked('approved'), ...done('approval', { by: outside.name })];
  const close = end('failed');
  const { summary, evidence } = failure;
  const blockers = [{ what: summary, evidence, prevents: summary, advice: summary }];
  const inTheWay = broken('preflight', 'BLOCKED', { ...failure, blockers, ready: [summary] });
  return {
    succeeded: told(...proved, ...shift, ...verify, end('succeeded')),
    'approved and succeeded': told(...allowed, ...ready, ...prove, ...shift, ...verify, end('succeeded')),
    'not permitted': told(...running, ...broken('preflight', 'PERMISSION_DENIED', failure), close),
    blocked: told(...running, ...inTheWay, end('blocked')),
    'not built': told(...running, ...preflight, ...broken('build', 'BUILD_FAILED', failure), close),
    'never ready': told(...made, ...broken('candidate', 'CANDIDATE_NOT_READY', failure), ...untouched, close),
    unhealthy: told(
      ...made,
      ...ready,
      ...broken('prove', 'CANDIDATE_UNHEALTHY', failure),
      ...untouched,
      close,
    ),
    'not moved': told(...proved, ...broken('shift', 'TRAFFIC_NOT_MOVED', failure), ...untouched, close),
    restoring: told(...unhealthy, begin('restore')),
    'rolled back': told(...unhealthy, ...restored, end('rolled-back')),
    'not restored': told(...unhealthy, ...broken('restore', 'TRAFFIC_NOT_MOVED', failure), close),
    crashed: told(...made, ...broken('candidate', 'STEP_CRASHED', failure), ...untouched, close),
  };
}
