import { describe, expect } from 'vitest';
import { parse, stringify } from 'yaml';
import type { StoredMessage } from '../../src/sandbox/slack/index.ts';
import { storyIn } from '../support/story.ts';
import { deploys, people, withRollout, type World } from '../support/world.ts';

const service = 'chat-staging/backend';
const first = 'staging-1';

const buttonsOf = ({ blocks }: StoredMessage): readonly string[] =>
  blocks.flatMap((block) =>
    block.type === 'actions'
      ? (block['elements'] as { action_id: string }[]).map(({ action_id }) => action_id)
      : [],
  );

const rootWith = (world: World, action: string): Promise<StoredMessage> =>
  world.until(() => {
    const [root] = world.thread(first).roots;
    return root !== undefined && buttonsOf(root).includes(action) ? root : undefined;
  });

async function click(world: World, action: string): Promise<void> {
  const { ts } = await rootWith(world, action);
  await world.slack.click({ user: people.developer, channel: deploys, ts, actionId: action });
}

const truth = ({ cloud }: World) => cloud.service(service)!;
const told = (world: World, step: string, text: string) =>
  world.until(() => {
    const said = world.thread(first).text(step);
    return said.includes(text) ? said : undefined;
  });

/** A way of users to two revisions that were there before. */
function byHand({ cloud }: World): Record<string, number> {
  const [older, newer] = cloud.revisions(service).map(({ name }) => name);
  const split = { [older!]: 50, [newer!]: 50 };
  cloud.editTraffic(service, split);
  return split;
}

/** The rollout, with a template and an ingress for backend. */
const withTemplate = (rollout: object) => (yaml: string) => {
  const file = parse(withRollout(rollout)(yaml)) as { services: Record<string, object> };
  Object.assign(file.services['backend']!, {
    template: { env: { LOG_LEVEL: 'debug' }, ingress: 'internal-and-cloud-load-balancing', affinity: true },
  });
  return stringify(file);
};

describe.concurrent('what somebody else changes', () => {
  const plain = storyIn({ config: withRollout({ steps: [100], bake: '0s' }) });

  plain('before the candidate is asked about before anybody is moved', async ({ world }) => {
    const release = world.cloud.faults.hold('CreateBuild');
    await world.type('/deploy backend staging');
    await world.held('CreateBuild');
    const split = byHand(world);
    release();
    const said = await told(world, 'candidate', 'somebody else changed the service');
    expect(said).toContain('when this deploy began. The last change is by operator@example.com.');
    expect(world.cloud.revisions(service).map(({ name }) => name)).not.toContainEqual(
      expect.stringContaining('-r1-'),
    );
    await click(world, 'adopted');
    expect((await world.ended(first)).state).toBe('cancelled');
    expect(truth(world).serving).toEqual(split);
  });

  plain('before the candidate is put back when a person says so', async ({ world }) => {
    const release = world.cloud.faults.hold('CreateBuild');
    await world.type('/deploy backend staging');
    await world.held('CreateBuild');
    byHand(world);
    release();
    await click(world, 'overruled');
    expect((await world.ended(first)).state).toBe('succeeded');
    expect(Object.values(truth(world).serving)).toEqual([100]);
  });

  const late = storyIn({ config: withRollout({ steps: [10, 100], bake: '10m' }, [{ path: '/api/status' }]) });

  late('while the candidate is proved is asked about before the first move', async ({ world }) => {
    await world.type('/deploy backend staging ref:slow');
    await world.until(() => (world.thread(first).order.includes('candidate') ? true : undefined));
    const release = world.cloud.faults.hold('GetService');
    await world.held('GetService');
    byHand(world);
    release();
    await told(world, 'shift', 'when the candidate was ready');
    await click(world, 'cancelled');
    expect((await world.ended(first)).state).toBe('cancelled');
  });

  const draining = storyIn({ config: withRollout({ steps: [100], bake: '0s', drain: '10m' }) });

  draining('while the revisions before drain is asked about', async ({ world }) => {
    world.cloud.monitoringLag(Number.POSITIVE_INFINITY);
    await world.type('/deploy backend staging');
    await world.until(() => (world.thread(first).text('shift').includes('Traffic moved') ? true : undefined));
    const split = byHand(world);
    await told(world, 'shift', 'this deploy had made it');
    await click(world, 'adopted');
    expect((await world.ended(first)).state).toBe('cancelled');
    expect(truth(world).serving).toEqual(split);
  });

  const slowly = storyIn({ config: withRollout({ steps: [10, 100], bake: '10m' }) });

  slowly('of the configuration alone is asked about, and taken back', async ({ world }) => {
    await world.type('/deploy backend staging');
    await rootWith(world, 'held');
    const before = truth(world).env;
    world.cloud.editEnv(service, { HOTFIX: '1' });
    await told(world, 'shift', 'The configuration of the service was changed');
    expect(truth(world).env).toHaveProperty('HOTFIX');
    await click(world, 'overruled');
    await rootWith(world, 'held');
    expect(truth(world).env).toEqual(before);
  });

  slowly('is overwritten by a way back, which says whose it was', async ({ world }) => {
    await world.type('/deploy backend staging');
    await rootWith(world, 'held');
    const [one, other] = Object.keys(truth(world).serving);
    world.cloud.editTraffic(service, { [one!]: 60, [other!]: 40 });
    await click(world, 'cancelled');
    const thread = await world.ended(first);
    expect(thread.state).toBe('rolled-back');
    expect(thread.text('restore')).toContain('operator@example.com');
    expect(thread.text('restore')).toContain('that is overwritten');
    expect(Object.values(truth(world).serving)).toEqual([100]);
  });
});

describe.concurrent('what a deploy changes of the service', () => {
  const watched = storyIn({ config: withTemplate({ steps: [10, 100], bake: '10m' }) });

  watched('comes with the users, and goes back with them', async ({ world }) => {
    const { env, serving, ingress } = truth(world);
    const [stable] = Object.keys(serving);
    await world.type('/deploy backend staging');
    expect(await told(world, 'shift', 'Session affinity')).toContain('new clients');
    expect(truth(world).env).toMatchObject({ LOG_LEVEL: 'debug' });
    expect(truth(world).ingress).toBe(ingress);

    await click(world, 'promoted');
    await world.until(() => (world.thread(first).text('shift').includes('At 100 %') ? true : undefined));
    expect(truth(world).ingress).not.toBe(ingress);

    const made = world.cloud.revisions(service).length;
    await click(world, 'cancelled');
    const thread = await world.ended(first);
    expect(thread.state).toBe('rolled-back');
    expect(thread.text('restore')).toContain(`The next change of the service begins from \`${stable!}\`.`);
    expect(truth(world)).toMatchObject({ env, serving, ingress });
    expect(world.cloud.revisions(service)).toHaveLength(made);
  });
});
