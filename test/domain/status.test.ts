import { describe, expect, it } from 'vitest';
import type { MonitorRound } from '../../src/domain/monitor/round.ts';
import { type GatheredEnvironment, type GatheredService, statusOf } from '../../src/domain/status.ts';
import { seen } from '../../src/domain/status/looked.ts';
import {
  allDone,
  asked,
  began,
  begin,
  broken,
  clicked,
  end,
  guarded,
  healthy,
  recorded,
  requested,
  started,
  told,
} from '../support/operations.ts';
import { alertFor, gatheredEnvironment, gatheredService } from '../support/statuses.ts';

const one = (more: Partial<GatheredEnvironment>) => statusOf([gatheredEnvironment(more)])[0]!;
const withService = (more: Partial<GatheredService>) => one({ services: [gatheredService(more)] });
const serviceOf = (more: Partial<GatheredService>) => withService(more).services[0]!;
const unknown = { kind: 'unknown', why: 'Redis is away' } as const;
const validated = (verdict: 'healthy' | 'unhealthy' | 'inconclusive', at: number) =>
  seen({ ...recorded({ ...healthy, verdict }), verdict, at });
const round = (failures: number, at: number): MonitorRound => ({
  at,
  tallies: { serverErrors: { samples: 20, failures } },
  blind: 0,
  diagnoses: [],
});
const succeeded = told(requested(), started, ...allDone('preflight', 'build', 'verify'), end('succeeded'));
const failed = told(requested(), started, ...broken('build', 'BUILD_FAILED'), end('failed'));
const waiting = told(guarded, started, ...allDone('preflight', 'build'), begin('approval'), asked());

describe('the health of a service', () => {
  it.each<[string, Partial<GatheredService>, object]>([
    ['was never measured', {}, { verdict: 'unknown', why: 'never measured' }],
    [
      'is that of its last validation',
      { validation: validated('unhealthy', 5) },
      { verdict: 'unhealthy', at: 5 },
    ],
    [
      'is unknown after one that was inconclusive',
      { validation: validated('inconclusive', 5) },
      { verdict: 'unknown', why: 'too few samples' },
    ],
    [
      'is that of the monitor when this is newer',
      { validation: validated('unhealthy', 5), round: seen(round(0, 6)) },
      { verdict: 'healthy', at: 6, by: 'monitor' },
    ],
    [
      'is that of a validation after the last round',
      { validation: validated('healthy', 7), round: seen(round(20, 6)) },
      { verdict: 'healthy', at: 7, by: 'validation' },
    ],
    ['is bad when most of a round failed', { round: seen(round(11, 6)) }, { verdict: 'unhealthy' }],
    [
      'is well while no rate is above the limit of its rule',
      { round: seen(round(4, 6)) },
      { verdict: 'healthy', by: 'monitor' },
    ],
    [
      'is not guessed from a few above it',
      { round: seen(round(5, 6)) },
      { verdict: 'unknown', why: 'HTTP 5xx 5 of 20 (limit 20 %), too few to tell' },
    ],
    [
      'is judged by the limits that are configured',
      { round: seen(round(4, 6)), rules: [{ symptom: 'serverErrors', limit: 0.01 }] },
      { verdict: 'unhealthy', by: 'monitor' },
    ],
    [
      'is not told by what no rule looks at',
      { round: seen(round(20, 6)), rules: [{ symptom: 'timeouts', limit: 0.05 }] },
      { why: 'never measured' },
    ],
    [
      'is not told by a round without samples',
      { round: seen({ ...round(0, 6), tallies: {} }) },
      { why: 'never measured' },
    ],
    ['is that of the end of a deploy', { operation: seen(succeeded) }, { verdict: 'healthy', by: 'deploy' }],
    ['says why it could not be read', { validation: unknown }, { verdict: 'unknown', why: 'Redis is away' }],
    [
      'is what could be read',
      { validation: unknown, round: seen(round(0, 6)) },
      { verdict: 'healthy', by: 'monitor' },
    ],
  ])('%s', (_, more, expected) => {
    expect(serviceOf(more).health).toMatchObject(expected);
  });

  it('is bad while an alert is open, whatever was measured; a dry run is none', () => {
    const services = [gatheredService({ round: seen(round(0, began + 9)) })];
    const health = (dryRun: boolean) =>
      one({ services, alerts: seen([alertFor({ dryRun })]) }).services[0]!.health;
    expect(health(false)).toEqual({ verdict: 'unhealthy', at: began, by: 'alert' });
    expect(health(true)).toMatchObject({ verdict: 'healthy' });
  });
});

describe('the last operation', () => {
  it.each([
    [
      'the running step',
      told(requested(), started, begin('preflight')),
      { phase: 'running', step: 'preflight' },
    ],
    ['a place in line', told(requested()), { phase: 'queued', step: undefined }],
    ['the step that failed', failed, { outcome: 'failed', step: 'build', at: failed.finishedAt }],
    ['that somebody is awaited', waiting, { awaitsApproval: true, step: 'approval' }],
    [
      'that nobody is awaited any more',
      told(guarded, started, begin('approval'), asked(), clicked('approved')),
      { awaitsApproval: false },
    ],
  ])('tells %s', (_, operation, expected) => {
    expect(serviceOf({ operation: seen(operation) }).operation).toMatchObject({
      kind: 'seen',
      value: { id: 'staging-42', byName: 'developer', kind: 'deploy', ...expected },
    });
  });
});

it('alerts belong to the service that they are of', () => {
  const services = [gatheredService(), gatheredService({ service: 'auth' })];
  const status = one({ services, alerts: seen([alertFor({ service: 'auth' })]) });
  expect(status.services.map(({ alerts }) => alerts.kind === 'seen' && alerts.value.length)).toEqual([0, 1]);
  expect(status.services.map(({ health }) => health.verdict)).toEqual(['unknown', 'unhealthy']);
});

describe('the condition of an environment, and the next step', () => {
  const well = gatheredService({ validation: validated('healthy', 5) });
  const lock = seen({ by: 'U1', byName: 'reviewer', reason: 'x', at: 1, until: 2 });
  const hand = { by: 'U1', byName: 'operator', at: began };
  it.each<[string, Partial<GatheredEnvironment>, string, object]>([
    ['all is well', { services: [well] }, 'fine', { kind: 'nothing' }],
    [
      'an alert fires',
      { alerts: seen([alertFor()]) },
      'trouble',
      { kind: 'acknowledge', service: 'backend' },
    ],
    [
      'an alert is only told',
      { services: [well], alerts: seen([alertFor({ dryRun: true })]) },
      'fine',
      { kind: 'nothing' },
    ],
    [
      'an alert is somebody’s',
      { alerts: seen([alertFor({ phase: 'acknowledged', acknowledged: hand })]) },
      'trouble',
      { kind: 'taken', byName: 'operator' },
    ],
    [
      'it is unhealthy',
      { services: [well, gatheredService({ service: 'auth', validation: validated('unhealthy', 5) })] },
      'trouble',
      { kind: 'diagnose', service: 'auth' },
    ],
    [
      'an approval is awaited',
      { services: [{ ...well, operation: seen(waiting) }] },
      'busy',
      { kind: 'approve' },
    ],
    [
      'an operation goes on',
      { services: [{ ...well, operation: seen(told(requested())) }], lock },
      'busy',
      { kind: 'follow', operation: 'staging-42' },
    ],
    ['the last one failed', { services: [{ ...well, operation: seen(failed) }] }, 'fine', { kind: 'failed' }],
    ['Cloud Run does not answer', { services: [{ ...well, split: unknown }] }, 'unsure', { kind: 'again' }],
    ['the lock is not known', { services: [well], lock: unknown }, 'unsure', { kind: 'again' }],
    ['alerts are not known', { services: [well], alerts: unknown }, 'unsure', { kind: 'again' }],
    ['nothing is deployed', { services: [{ ...well, split: seen(undefined) }] }, 'fine', { kind: 'create' }],
    ['it is locked', { services: [well], lock }, 'fine', { kind: 'locked' }],
    ['it is frozen', { services: [well], freezes: [{ reason: 'x', until: 2 }] }, 'fine', { kind: 'frozen' }],
    ['nobody has measured', {}, 'unsure', { kind: 'measure' }],
  ])('when %s', (...[, more, condition, advice]) => {
    expect(one(more)).toMatchObject({ condition, advice });
  });
});
