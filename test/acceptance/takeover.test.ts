import { parse, stringify } from 'yaml';
import { describe, expect } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import { stepOf } from '../../src/domain/operation.ts';
import type { StepName } from '../../src/domain/plan.ts';
import type { Child } from '../../src/sandbox/demo/child.ts';
import { storyIn } from '../support/story.ts';
import { recordIn, type WorldRecord } from '../support/record.ts';
import { clickUnseen, people, withRollout, type World } from '../support/world.ts';

/** One worker has all of these at once, so that one crash meets every moment of a rollout. */
const moments = {
  bake: 'staging-1',
  hold: 'staging-2',
  rollback: 'staging-3',
  drift: 'production-1',
  settle: 'production-2',
  restore: 'production-3',
} as const;
type Moment = keyof typeof moments;

/** Whose service it is in the cloud, the step that is interrupted, and how often the service is written in all. */
const told: Record<Moment, { readonly service: string; readonly step: StepName; readonly writes: number }> = {
  // The candidate, 10 %, 100 %, and its tag.
  bake: { service: 'chat-staging/auth', step: 'shift', writes: 4 },
  hold: { service: 'chat-staging/frontend', step: 'shift', writes: 4 },
  rollback: { service: 'chat-staging/backend', step: 'shift', writes: 1 },
  // The candidate, 10 %, somebody else's hand, and the tag.
  drift: { service: 'chat-production/backend', step: 'shift', writes: 4 },
  settle: { service: 'chat-production/auth', step: 'settle', writes: 4 },
  // The candidate, 10 %, and all back.
  restore: { service: 'chat-production/frontend', step: 'restore', writes: 4 },
};

/** Bakes and drains that end by a person's word or by what is measured, not by time. */
function slowly(yaml: string): string {
  const file = parse(withRollout({ steps: [10, 100], bake: '10m' })(yaml)) as {
    environments: Record<string, { approval?: object; rollout: object }>;
  };
  Reflect.deleteProperty(file.environments['production']!, 'approval');
  Object.assign(file.environments['production']!.rollout, { drain: '10m' });
  return stringify(file);
}

interface Scene {
  readonly world: World;
  readonly record: WorldRecord;
  readonly generations: Readonly<Record<string, number>>;
}

const movedTo = (percent: number) => (operation: Operation) => operation.moves.at(-1)?.percent === percent;
const begun = (step: StepName) => (operation: Operation) => stepOf(operation, step)?.startedAt !== undefined;

/** Somebody says twice that they have seen enough: of 10 % and of 100 %. */
async function promote({ world, record }: Scene, moment: Moment): Promise<void> {
  await clickUnseen(world, moments[moment], 'promoted');
  await record.until(moments[moment], movedTo(100));
  await clickUnseen(world, moments[moment], 'promoted');
}

const servingOf = (world: World, moment: Moment) => world.cloud.service(told[moment].service)!.serving;

/** Five deploys that stand at 10 %, and a rollback that has moved nobody yet; another worker waits beside theirs. */
async function begin({
  world,
  record,
}: Scene): Promise<{ readonly second: Child; readonly goOn: () => void }> {
  world.cloud.monitoringLag(Number.POSITIVE_INFINITY);
  await world.type('/deploy auth staging');
  await world.type('/deploy frontend staging');
  for (const service of ['backend', 'auth', 'frontend']) await world.type(`/deploy ${service} production`);
  const goOn = world.cloud.faults.hold('ListRevisions');
  await world.type('/rollback backend staging');
  const rising = Object.entries(moments).filter(([moment]) => moment !== 'rollback');
  await Promise.all(rising.map(([, id]) => record.until(id, movedTo(10))));
  await record.until(moments.rollback, begun('choose'));
  return { second: await world.start('worker'), goOn };
}

/** Brings every operation to its moment. @returns the other worker, and what lets the calls go that are held. */
async function reach(scene: Scene): Promise<{ readonly second: Child; readonly release: () => void }> {
  const { world, record } = scene;
  const { second, goOn } = await begin(scene);
  const [stable = '', candidate = ''] = Object.entries(servingOf(world, 'drift'))
    .toSorted(([, one], [, other]) => other - one)
    .map(([revision]) => revision);
  // Not all of it, so that neither the deploy's own split nor its undoing looks like it.
  world.cloud.editTraffic(told.drift.service, { [stable]: 70, [candidate]: 30 });
  await clickUnseen(world, moments.hold, 'held');
  await promote(scene, 'settle');
  await record.until(moments.settle, begun('settle'));
  await record.until(moments.drift, ({ drift }) => drift !== undefined);
  // The worst moment of a write: it is done, and nobody has heard so.
  const release = world.cloud.faults.hold('UpdateService', 'after');
  await clickUnseen(world, moments.restore, 'cancelled');
  goOn();
  await world.held('UpdateService', 2);
  return { second, release };
}

interface Hands {
  readonly to: Child;
  /** When the first worker was told to go. */
  readonly since: number;
}

/** Waits until the other worker has these. @returns how long that took each. */
async function takenOver(scene: Scene, among: readonly Moment[], { to, since }: Hands): Promise<string> {
  const taken = among.map(async (moment) => {
    const claims = await scene.record.claimed(moments[moment], to.pid);
    expect(claims, moment).toHaveLength(2);
    return `${moment} ${((claims[1]!.at - since) / 1_000).toFixed(2)} s`;
  });
  return (await Promise.all(taken)).join(', ');
}

/** Everybody says what is to become of what waits, and all of it ends as if nothing had been. */
async function goOn(scene: Scene): Promise<void> {
  const { world, record } = scene;
  expect((await record.until(moments.hold, movedTo(10))).held?.by).toBe(people.developer);
  await Promise.all([
    promote(scene, 'bake'),
    promote(scene, 'hold'),
    clickUnseen(world, moments.drift, 'adopted'),
  ]);
  world.cloud.monitoringLag(0);
  const ends = await Promise.all(
    Object.entries(moments).map(async ([moment, id]) => [moment, (await world.ended(id)).state] as const),
  );
  expect(Object.fromEntries(ends)).toEqual({
    bake: 'succeeded',
    hold: 'succeeded',
    rollback: 'succeeded',
    drift: 'cancelled',
    settle: 'succeeded',
    restore: 'rolled-back',
  });
}

/** Every service was written as often as without the crash, and every message posted once. */
function expectOnce({ world, generations }: Scene): void {
  for (const [moment, id] of Object.entries(moments)) {
    const { service, writes } = told[moment as Moment];
    const { generation, serving, tags } = world.cloud.service(service)!;
    expect(generation - (generations[service] ?? 0), `writes of ${moment}`).toBe(writes);
    expect(Object.values(serving).toSorted(), moment).toEqual(moment === 'drift' ? [30, 70] : [100]);
    expect(tags, moment).toEqual({});
    const { roots, order } = world.thread(id);
    expect(roots, moment).toHaveLength(1);
    expect(order, moment).toEqual([...new Set(order)]);
  }
}

/** A look at somebody else's hand, a crashed lock and a look at the metrics follow one another: a minute of waiting. */
const patient = { timeout: 180_000 };

describe.concurrent(
  'a worker is gone in a bake, a hold, a drift, a drain, a restore and a rollback',
  patient,
  () => {
    const story = storyIn({ running: ['bot'], config: slowly });

    story.for([
      { signal: 'SIGKILL', ends: 'SIGKILL', attempts: 2 },
      // Given back in order: it must not count as a crash.
      { signal: 'SIGTERM', ends: 0, attempts: 1 },
    ] as const)(
      'by $signal: another goes on, and nothing is done twice',
      async ({ signal, ends, attempts }, { world }) => {
        const first = await world.start('worker');
        const record = recordIn(world);
        const names = Object.values(told).map(({ service }) => service);
        const generations = Object.fromEntries(
          names.map((name) => [name, world.cloud.service(name)!.generation]),
        );
        const scene = { world, record, generations };
        try {
          const { second, release } = await reach(scene);
          const hands = { to: second, since: Date.now() };
          first.kill(signal);
          const waiting = await takenOver(scene, ['bake', 'hold', 'drift', 'settle'], hands);
          release();
          const writing = await takenOver(scene, ['restore', 'rollback'], hands);
          expect(await first.ended).toBe(ends);
          console.log(`${signal}: taken over after ${waiting}, ${writing}`);
          await goOn(scene);
          expectOnce(scene);
          for (const [moment, id] of Object.entries(moments)) {
            const operation = await record.until(id, ({ phase }) => phase === 'finished');
            const { step } = told[moment as Moment];
            // A shift that got on after its crash counts anew; in a drift it had nowhere to go.
            const anew = step === 'shift' && moment !== 'drift';
            expect(stepOf(operation, step)?.attempts, moment).toBe(anew ? 1 : attempts);
          }
        } finally {
          record.close();
        }
      },
    );
  },
);
