import { describe, expect, it } from 'vitest';
import { nextMoves } from '../../src/domain/next-move.ts';
import { partOf } from '../../src/domain/operation.ts';
import { deployPlan, type StepName } from '../../src/domain/plan.ts';
import { controlsOf } from '../../src/domain/controls.ts';
import {
  allDone,
  broken,
  begin,
  end,
  requested,
  started,
  told,
  type Untimed,
} from '../support/operations.ts';

const plan = [...deployPlan({ approval: true })];
/** Two that build upon backend, and one upon both. */
const after = {
  backend: [],
  auth: ['backend'],
  search: ['backend'],
  frontend: ['backend', 'auth', 'search'],
};
const services = Object.keys(after);
const request = requested({
  services,
  plan: ['approval'],
  parts: Object.entries(after).map(([service, before]) => ({ service, plan, after: before })),
});
const of = (service: string, events: readonly Untimed[]): readonly Untimed[] =>
  events.map((event) => ({ ...event, service }) as Untimed);
const built = services.flatMap((service) => of(service, allDone('preflight', 'build')));
const approved = [...built, ...allDone('approval')];
const movesOf = (...events: readonly Untimed[]) => nextMoves(told(request, started, ...events));
const step = (service: string, name: StepName) => ({ kind: 'step', name, service });
const stop = (service: string, name: StepName) => ({ kind: 'stop', name, service });
const moved = (service: string) => of(service, allDone('candidate', 'prove', 'shift'));
const served = (service: string) => [...moved(service), ...of(service, allDone('verify'))];

describe('several services', () => {
  it('are built side by side', () => {
    expect(movesOf()).toEqual(services.map((service) => step(service, 'preflight')));
    // What stands in the way of one of them stops all, before anything is begun.
    expect(movesOf(...of('auth', allDone('preflight')))).not.toContainEqual(step('auth', 'build'));
    const looked = services.flatMap((service) => of(service, allDone('preflight')));
    expect(movesOf(...looked)).toEqual(services.map((service) => step(service, 'build')));
  });

  it('are all looked at when something stands in the way of one, and told together', () => {
    const blocker = (what: string) => ({ what, evidence: ['read'], prevents: 'all', advice: 'mend it' });
    const blocked = (service: string, ...whats: readonly string[]) =>
      of(
        service,
        broken('preflight', 'BLOCKED', { blockers: whats.map(blocker), ready: ['Slack channel', service] }),
      );
    const looking = services.flatMap((service) => of(service, [begin('preflight')]));
    const first = [...looking, ...blocked('auth', 'Docker daemon', 'secret a')];
    expect(movesOf(...first)).toEqual(
      ['backend', 'search', 'frontend'].map((service) => step(service, 'preflight')),
    );
    const well = ['backend', 'search'].flatMap((service) => of(service, allDone('preflight')));
    const second = [...first, ...well, ...blocked('frontend', 'Docker daemon', 'secret b')];
    expect(movesOf(...second)).toEqual([{ kind: 'finish', outcome: 'blocked' }]);
    const { failure } = told(request, started, ...second);
    expect(failure?.blockers?.map(({ what }) => what)).toEqual(['Docker daemon', 'secret a', 'secret b']);
    expect(failure?.summary).toBe('Docker daemon, secret a, secret b stand in the way; nothing was changed.');
    expect(failure?.ready).toEqual(['Slack channel', 'auth', 'frontend']);
    expect(failure?.service).toBeUndefined();
    // Whoever cancels does not wait for the rest.
    const cancelled: Untimed = { type: 'cancelled', by: 'U0DEVELOPER', byName: 'developer' };
    expect(movesOf(...looking, cancelled).every(({ kind }) => kind === 'stop')).toBe(true);
  });

  it('wait with one approval for the last image', () => {
    const waiting = services.slice(1).flatMap((service) => of(service, allDone('preflight', 'build')));
    expect(movesOf(...waiting, ...of('backend', allDone('preflight')))).toEqual([step('backend', 'build')]);
    expect(movesOf(...built)).toEqual([{ kind: 'step', name: 'approval' }]);
  });

  it('go each after those it builds upon, and the others side by side', () => {
    expect(movesOf(...approved)).toEqual([step('backend', 'candidate')]);
    expect(movesOf(...approved, ...moved('backend'))).toEqual([
      step('backend', 'verify'),
      step('auth', 'candidate'),
      step('search', 'candidate'),
    ]);
    const both = [...approved, ...served('backend'), ...served('auth'), ...moved('search')];
    expect(movesOf(...both)).toEqual([step('search', 'verify'), step('frontend', 'candidate')]);
    const all = services.flatMap(served);
    expect(movesOf(...approved, ...all)).toEqual([{ kind: 'finish', outcome: 'succeeded' }]);
  });

  it('stop when one of them fails, and go back each before those it builds upon', () => {
    const failed = [
      ...approved,
      ...served('backend'),
      ...of('search', [...allDone('candidate'), begin('prove')]),
      ...of('auth', [...allDone('candidate', 'prove'), ...broken('shift', 'TRIGGER_FIRED')]),
    ];
    expect(movesOf(...failed)).toEqual([stop('search', 'prove'), step('auth', 'restore')]);
    const stopped = [...failed, ...of('search', broken('prove', 'OTHER_SERVICE_FAILED'))];
    expect(movesOf(...stopped)).toEqual([step('auth', 'restore'), step('search', 'restore')]);
    const halfway = [...stopped, ...of('auth', allDone('restore'))];
    expect(movesOf(...halfway)).toEqual([step('search', 'restore')]);
    const back = [...halfway, ...of('search', allDone('restore'))];
    expect(movesOf(...back)).toEqual([step('backend', 'restore')]);
    // A worker that died in the middle of it does not stop what puts users back.
    expect(movesOf(...back, ...of('backend', [begin('restore')]))).toEqual([step('backend', 'restore')]);
    expect(movesOf(...back, ...of('backend', allDone('restore')))).toEqual([
      { kind: 'finish', outcome: 'failed' },
    ]);
    expect(told(request, started, ...back, end('failed')).failure).toMatchObject({
      code: 'TRIGGER_FIRED',
      service: 'auth',
    });
  });

  it('are all stopped by one Cancel', () => {
    const cancelled: Untimed = { type: 'cancelled', by: 'U0DEVELOPER', byName: 'developer' };
    const building = services.flatMap((service) => of(service, [...allDone('preflight'), begin('build')]));
    expect(movesOf(...building, cancelled)).toEqual(services.map((service) => stop(service, 'build')));
    expect(movesOf(...approved, cancelled)).toEqual([stop('backend', 'candidate')]);
    expect(movesOf(...built, begin('approval'), cancelled)).toEqual([{ kind: 'stop', name: 'approval' }]);
  });

  it('go on when somebody does not wait for the countdown of one of them', () => {
    const counting = of('backend', [
      ...allDone('candidate', 'prove'),
      begin('shift'),
      { type: 'traffic-moved', percent: 10, split: [], stableErrors: 0 },
      { type: 'trigger-fired', percent: 10, triggers: [], until: 2 ** 41 },
    ]);
    const cancelled: Untimed = { type: 'cancelled', by: 'U0DEVELOPER', byName: 'developer' };
    const operation = told(request, started, ...approved, ...counting);
    expect(controlsOf(operation)).toEqual(['kept', 'cancelled']);
    const hurried = told(request, started, ...approved, ...counting, cancelled);
    expect(hurried.cancelled).toBeUndefined();
    expect(partOf(hurried, 'backend')?.countdowns.at(-1)?.hurried).toMatchObject({ byName: 'developer' });
    expect(nextMoves(hurried)).toEqual([step('backend', 'shift')]);
  });

  it('tell each of itself alone', () => {
    const shifting = told(
      request,
      started,
      ...approved,
      ...of('backend', [
        ...allDone('candidate', 'prove'),
        begin('shift'),
        { type: 'traffic-moved', percent: 10, split: [], stableErrors: 0 },
      ]),
    );
    expect(partOf(shifting, 'backend')).toMatchObject({
      moves: [{ percent: 10 }],
      version: shifting.version,
    });
    expect(partOf(shifting, 'auth')).toMatchObject({ moves: [], request: { services: ['auth'] } });
    expect(controlsOf(shifting)).toEqual(['held', 'promoted', 'cancelled']);
  });
});
