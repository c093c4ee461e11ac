import type { Event } from '../../src/domain/events.ts';
import type { LoadReport, Seen } from './deploy.load.ts';
import {
  demandOutcome,
  eventOf,
  type Row,
  startWorld,
  tell,
  type Users,
  usersOf,
  type World,
} from './deploy.world.ts';

/** Builds of about 6 s, revisions ready in about 3, traffic moved in about 1. */
const pace = 2;
/** All that users ask of it answers 500, and no probe of the candidate sees it. */
const bad = 'http-500-100';

const detectedWithinMs = 30_000;
const actedWithinMs = 2_000;
const [leastRequests, heldSockets] = [20_000, 200];
/** Requests a second of each of the two services that are deployed. */
const rate = 125;

/** What becomes of staging: traffic moves at once, and is watched for the default time. */
const stories: Readonly<Record<string, readonly (readonly [command: string, outcome: string])[]>> = {
  staging: [
    ['/deploy backend staging', 'succeeded'],
    ['/rollback backend staging', 'succeeded'],
    [`/deploy backend staging ref:${bad}`, 'rolled-back'],
  ],
  production: [
    [`/deploy backend production ref:${bad}`, 'rolled-back'],
    ['/deploy backend production', 'succeeded'],
    ['/deploy backend production ref:ws-forbidden', 'failed'],
  ],
};

const nobody: LoadReport = { requests: 0, seen: [], sockets: 0, cut: [] };

interface Told {
  readonly environment: string;
  /** Of the deploy that went wrong. */
  readonly events: readonly Event[];
  readonly users: LoadReport;
}

async function story(world: World, environment: string): Promise<readonly Event[]> {
  let wrong: readonly Event[] = [];
  for (const [command, expected] of stories[environment] ?? []) {
    const events = await world.run(command);
    demandOutcome(events, command, expected);
    if (command.endsWith(bad)) wrong = events;
  }
  return wrong;
}

const over = (ms: number, limit: number): string => (ms / limit).toFixed(2);

function detection(world: World, { environment, events, users }: Told): readonly Row[] {
  const served = servedBy(users, badRevisions(world, environment));
  if (served === undefined) throw new Error(`No user met ${bad} in ${environment}`);
  const noticed = served.last - served.firstFailure;
  const failure = eventOf(events, 'step-failed');
  const name = world.cloud.service(`chat-${environment}/backend`)?.name;
  const back = world.cloud
    .operations()
    .find(({ resource, startedAt }) => resource === name && startedAt >= failure.at);
  const cloud = back?.endedAt === undefined ? Infinity : back.endedAt - back.startedAt;
  const acted = Math.max(0, served.last - failure.at - cloud);
  const percent = eventOf(events, 'traffic-moved').percent;
  return [
    {
      what: `all bad at ${percent} %: first bad answer to users back / 30 s ≤ 1`,
      value: `${over(noticed, detectedWithinMs)}  (${served.failures} bad answers, ${Math.round((100 * cloud) / noticed)} % of it Cloud Run's)`,
      met: noticed <= detectedWithinMs,
    },
    {
      what: `all bad at ${percent} %: decision to users back, less Cloud Run's / 2 s ≤ 1`,
      value: over(acted, actedWithinMs),
      met: acted <= actedWithinMs,
    },
  ];
}

const badRevisions = (world: World, environment: string): readonly string[] =>
  world.cloud
    .revisions(`chat-${environment}/backend`)
    .filter(({ ref }) => ref === bad)
    .map(({ name }) => name);

const servedBy = ({ seen }: LoadReport, revisions: readonly string[]): Seen | undefined =>
  seen.find(({ revision }) => revisions.includes(revision));

function harm(world: World, told: readonly Told[]): readonly Row[] {
  const answers = told.flatMap(({ environment, users }) => {
    const own = badRevisions(world, environment);
    return users.seen.filter(({ revision }) => !own.includes(revision));
  });
  const failed = answers.filter(({ failures }) => failures > 0);
  const sum = (count: (report: LoadReport) => number) =>
    told.reduce((all, { users }) => all + count(users), 0);
  const requests = sum((users) => users.requests);
  const sockets = sum((users) => users.sockets);
  const cut = told.flatMap(({ users }) => users.cut);
  return [
    {
      what: `requests that failed, of ${leastRequests.toLocaleString('en')} or more = 0`,
      value: `${failed.reduce((all, { failures }) => all + failures, 0)} of ${requests.toLocaleString('en')}, answered by ${answers.length} revisions ${failed.map(({ revision, failure }) => `${revision}: ${failure}`).join(', ')}`,
      met: failed.length === 0 && requests >= leastRequests,
    },
    {
      what: `WebSockets that were cut, of ${heldSockets} or more = 0`,
      value: `${cut.length} of ${sockets} ${[...new Set(cut)].slice(0, 5).join(', ')}`,
      met: cut.length === 0 && sockets >= heldSockets,
    },
  ];
}

async function users(program: string): Promise<readonly Row[]> {
  const environments = Object.keys(stories);
  // Staging as it is when nothing is configured.
  const rollouts = { staging: {}, production: { steps: [10, 50, 100], bake: '8s' } };
  const world = await startWorld({ program, pace, rollouts });
  const crowds = new Map<string, Users>();
  try {
    for (const environment of environments) {
      const url = world.cloud.service(`chat-${environment}/backend`)?.uri ?? '';
      crowds.set(environment, await usersOf(url, rate, heldSockets / 2));
    }
    const wrong = await Promise.all(environments.map((environment) => story(world, environment)));
    // All stay to the end, so that both services have users all the time.
    const told = await Promise.all(
      environments.map(async (environment, index) => {
        const users = (await crowds.get(environment)?.leave()) ?? nobody;
        return { environment, events: wrong[index] ?? [], users };
      }),
    );
    return [...told.flatMap((each) => detection(world, each)), ...harm(world, told)];
  } finally {
    for (const crowd of crowds.values()) crowd.kill();
    await world.stop();
  }
}

await tell(users);
