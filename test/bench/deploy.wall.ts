import type { Event } from '../../src/domain/events.ts';
import { demandOutcome, eventOf, type Row, startWorld, tell, type World } from './deploy.world.ts';

/** How long a deploy takes, over what it cannot but wait for. */
const limit = 1.05;
/** Builds of about 24 s, revisions ready in about 12, traffic moved in about 5; each varies by a fifth. */
const [pace, spread] = [8, 0.2];
const bakeMs = 5_000;
/** In a deploy connections are held so long: docs/decisions/0015-a-deploy-holds-five-seconds.md. */
const holdMs = 5_000;

/** Milliseconds of a deploy, by what they went for. */
interface Spent {
  readonly whole: number;
  readonly cloud: number;
  readonly policy: number;
}

async function deploy(world: World, service: string, environment: string): Promise<Spent> {
  const events = await world.run(`/deploy ${service} ${environment}`);
  const begun = eventOf(events, 'requested').at;
  const ended = eventOf(events, 'finished').at;
  demandOutcome(events, `${service} ${environment}`, 'succeeded');
  const own = events[0]?.type === 'requested' ? `${environment}-${events[0].number}` : '';
  const build = world.cloud.builds().find(({ tags }) => tags[0]?.startsWith(`slipway-${own}-`) === true);
  const run = world.cloud.service(`chat-${environment}/${service}`)?.name;
  const cloud = world.cloud
    .operations()
    .filter(({ resource }) => resource === run || resource === build?.name)
    .filter(({ startedAt }) => startedAt >= begun && startedAt <= ended)
    .reduce((sum, { startedAt, endedAt = ended }) => sum + endedAt - startedAt, 0);
  const bakes = events.filter(({ type }) => type === 'traffic-moved').length;
  return { whole: ended - begun, cloud, policy: bakes * bakeMs + holdsIn(events) };
}

/** The steps that hold connections, each as long as the policy says, where the service has a validation. */
function holdsIn(events: readonly Event[]): number {
  const { plan } = eventOf(events, 'requested');
  return plan.includes('baseline') ? holdMs : 0;
}

async function wall(program: string): Promise<readonly Row[]> {
  const bake = `${bakeMs / 1_000}s`;
  const rollouts = { staging: { bake }, production: { steps: [50, 100], bake } };
  const world = await startWorld({ program, pace, spread, rollouts });
  try {
    const deploys: readonly [string, string][] = [
      ['auth', 'staging'],
      ['backend', 'staging'],
      ['auth', 'production'],
    ];
    return await Promise.all(
      deploys.map(async ([service, environment]) => rowOf(world, service, environment)),
    );
  } finally {
    await world.stop();
  }
}

async function rowOf(world: World, service: string, environment: string): Promise<Row> {
  const { whole, cloud, policy } = await deploy(world, service, environment);
  const ratio = whole / (cloud + policy);
  const share = (part: number) => `${Math.round((100 * part) / whole)} %`;
  return {
    what: `${service} ${environment}: wall time / (cloud's own + policy's) ≤ ${limit.toFixed(2)}`,
    value: `${ratio.toFixed(3)}  (cloud ${share(cloud)}, policy ${share(policy)} of the time)`,
    met: ratio <= limit,
  };
}

await tell(wall);
