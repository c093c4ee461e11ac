import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../src/domain/events.ts';
import { fold } from '../../src/domain/fold.ts';
import { operationId, operationLabel, stepOf } from '../../src/domain/operation.ts';
import {
  allDone,
  asked,
  began,
  begin,
  broken,
  clicked,
  done,
  end,
  guarded,
  requested,
  results,
  started,
  timed,
  told,
  yielded,
} from '../support/operations.ts';

describe('an operation that was requested', () => {
  it('is queued, and has the steps of its plan', () => {
    const operation = told(requested());
    expect(operation).toMatchObject({ id: 'staging-42', phase: 'queued', version: 1, requestedAt: began });
    expect(operation.request).not.toHaveProperty('type');
    expect(operation.steps.map(({ name }) => name)).toEqual(requested().plan);
    expect(operation.steps.every(({ status, attempts }) => status === 'pending' && attempts === 0)).toBe(
      true,
    );
  });

  it('is no operation without its first event', () => {
    expect(() => fold([])).toThrow('must begin with "requested"');
    expect(() => told(started, requested())).toThrow('must begin with "requested"');
  });

  it('does not change when it is requested again', () => {
    const again = told(requested(), requested({ ref: 'other', number: 43 }));
    expect(again).toMatchObject({ id: 'staging-42', request: { ref: 'main' }, version: 2 });
  });

  it('names itself, with hyphens in the environment too', () => {
    expect(operationLabel(operationId('eu-staging-2', 7))).toBe('eu-staging-2 #7');
  });
});

describe('the queue', () => {
  const queued = (behind: string, position: number) => ({ type: 'queued', behind, position }) as const;

  it('tells the last known place', () => {
    const operation = told(requested(), queued('staging-41', 3), queued('staging-41', 2));
    expect(operation.queue).toEqual({ behind: 'staging-41', position: 2 });
  });

  it('is left at the start, and stale news of it is not believed', () => {
    expect(told(requested(), queued('staging-41', 2), started).queue).toBeUndefined();
    expect(told(requested(), started, queued('staging-41', 2)).queue).toBeUndefined();
  });
});

describe('a step', () => {
  it('starts at its first start, and each start counts', () => {
    const operation = told(requested(), started, begin('preflight'), started, begin('preflight'));
    expect(operation).toMatchObject({ phase: 'running', startedAt: began + 1000 });
    expect(stepOf(operation, 'preflight')).toMatchObject({
      status: 'running',
      startedAt: began + 2000,
      attempts: 2,
    });
  });

  it('that was given back does not count as a crash', () => {
    const operation = told(requested(), started, begin('build'), yielded('build'));
    expect(stepOf(operation, 'build')).toMatchObject({ status: 'waiting', attempts: 0 });
    expect(stepOf(told(requested(), started, yielded('build')), 'build')).toMatchObject({
      status: 'pending',
      attempts: 0,
    });
  });

  it('that ended leaves its result', () => {
    const operation = told(requested(), started, ...done('build'));
    expect(stepOf(operation, 'build')).toMatchObject({ status: 'finished', finishedAt: began + 3000 });
    expect(operation.results).toEqual({ build: results.build });
  });

  it('that failed explains the operation; a later failure explains only its step', () => {
    const operation = told(
      requested(),
      started,
      ...broken('candidate', 'CANDIDATE_NOT_READY'),
      ...broken('restore', 'TRAFFIC_NOT_MOVED'),
    );
    expect(operation.failure).toMatchObject({ code: 'CANDIDATE_NOT_READY', step: 'candidate' });
    expect(stepOf(operation, 'restore')).toMatchObject({
      status: 'failed',
      failure: { code: 'TRAFFIC_NOT_MOVED' },
    });
    expect(operation.outcome).toBeUndefined();
  });

  it('that is in no plan joins at the end', () => {
    const operation = told(requested(), started, begin('restore'));
    expect(operation.steps.map(({ name }) => name)).toEqual([...requested().plan, 'restore']);
    expect(told(requested(), started).steps.map(({ name }) => name)).not.toContain('restore');
  });
});

describe('an operation that ended', () => {
  it('keeps how it ended, whatever is told afterwards', () => {
    const events = [requested(), started, ...allDone('preflight'), end('succeeded')];
    const ended = told(...events);
    expect(ended).toMatchObject({ phase: 'finished', outcome: 'succeeded', finishedAt: began + 4000 });
    const late = [
      started,
      begin('build'),
      yielded('build'),
      ...done('build'),
      ...broken('prove', 'INTERNAL'),
      asked(),
      clicked('approved'),
      { type: 'approval-expired' } as const,
      end('failed'),
    ];
    for (const event of late)
      expect(told(...events, event)).toEqual({ ...ended, version: ended.version + 1 });
  });
});

describe('events', () => {
  it('are read back as they were written', () => {
    const events = timed([
      guarded,
      { type: 'queued', behind: 'staging-41', position: 2 },
      started,
      ...allDone('preflight', 'build', 'approval', 'candidate', 'prove', 'shift', 'verify', 'restore'),
      asked(),
      clicked('approved'),
      clicked('rejected'),
      { type: 'approval-expired' },
      yielded('build'),
      ...broken('verify', 'UNHEALTHY_AFTER_SHIFT', { cause: 'x', advice: 'y', evidence: ['z'], logs: ['l'] }),
      end('rolled-back'),
    ]);
    expect(events.map((event) => eventSchema.safeParse(JSON.parse(JSON.stringify(event))).data)).toEqual(
      events,
    );
  });

  it.each([
    ['an unknown type', { type: 'teleported', at: 1 }],
    ['no time', { type: 'started', worker: 'w' }],
    ['an unknown step', { type: 'step-started', at: 1, step: 'lunch' }],
    ['the result of another step', { type: 'step-finished', at: 1, step: 'build', result: results.prove }],
    ['an unknown reason', { ...timed(broken('build', 'INTERNAL'))[1], failure: { code: 'MOOD' } }],
    ['an unknown outcome', { type: 'finished', at: 1, outcome: 'fine' }],
  ])('with %s are refused', (_, event) => {
    expect(eventSchema.safeParse(event).success).toBe(false);
  });
});
