import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { parse, stringify } from 'yaml';
import { slipway } from '../support/command-line.ts';
import { storyIn } from '../support/story.ts';
import type { World } from '../support/world.ts';

const patient = '60s';

/**
 * The example with holds of a second (the real minute proves no more against a stand-in), and with so much
 * time for each answer that a busy machine is not seen as a fault of the service. The rules for what is
 * late are tested in test/probes and test/domain.
 */
const quick = (yaml: string) => {
  const document = parse(yaml) as { services: Record<string, { health: object[]; validation?: Validation }> };
  for (const { health, validation } of Object.values(document.services)) {
    for (const check of health) Object.assign(check, { within: patient });
    if (validation === undefined) continue;
    for (const check of validation.http) Object.assign(check, { within: patient });
    for (const check of validation.websocket) {
      Object.assign(check, { within: patient, latency: patient });
      if (check.hold !== '0s') Object.assign(check, { hold: '1s', connections: 10 });
    }
    for (const journey of validation.journeys) {
      Object.assign(journey, { within: patient });
      for (const step of journey.steps) if (!('send' in step)) Object.assign(step, { within: patient });
    }
  }
  return stringify(document);
};

interface Validation {
  readonly http: object[];
  readonly websocket: { readonly hold: string }[];
  readonly journeys: { readonly steps: object[] }[];
}

const story = storyIn({ config: quick });
const storyOfBot = storyIn({ config: quick, running: ['bot'] });
const storyWithout = storyIn({ config: quick, running: [] });

/** Gives all users of the backend to a revision, by somebody else's hand. */
function serve(world: World, revision: string): void {
  world.cloud.editService('chat-staging/backend', (draft) => {
    draft.traffic.splice(0, draft.traffic.length, {
      type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
      revision,
      percent: 100,
      tag: '',
    });
  });
}

// One after another: a world that starts would keep the measured services of another from answering.
describe('/validate', () => {
  story(
    'proves HTTP, WebSockets and the golden path of a service, and changes nothing',
    async ({ world }) => {
      const before = world.cloud.service('chat-staging/backend')!;
      await world.type('/validate backend staging');
      const thread = await world.ended('staging-1');
      expect(thread.order).toEqual(['validate', 'report']);
      expect(thread.text('root')).toContain('*Validate backend in staging*');
      expect(thread.text('validate')).toContain('✓ /ws handshake: healthy');
      expect(thread.text('validate')).toContain('✓ golden path: healthy');
      expect(thread.text('validate')).not.toContain('unhealthy');
      expect(thread.text('validate')).toMatch(/WebSocket latency \d+ ms \(target: under 50 ms/);
      // A prober that was late itself says so, and accuses nobody.
      expect(['succeeded', 'inconclusive']).toContain(thread.state);
      expect(world.cloud.service('chat-staging/backend')).toEqual(before);
    },
  );

  story('of a whole environment tells each service', async ({ world }) => {
    await world.type('/validate staging');
    const thread = await world.ended('staging-1');
    expect(thread.text('root')).toContain('*Validate backend, auth, frontend in staging*');
    for (const service of ['backend', 'auth', 'frontend'])
      expect(thread.text('validate')).toMatch(new RegExp(`\\*${service}: (healthy|inconclusive)\\*`));
  });

  story('a deploy shows the candidate against the baseline', async ({ world }) => {
    await world.type('/deploy backend staging');
    const thread = await world.ended('staging-1');
    expect(thread.state).toBe('succeeded');
    expect(thread.text('prove')).toMatch(/\*Candidate on its own URL: (healthy|inconclusive)\*/);
    expect(thread.text('prove')).toContain('ince the baseline');
  });

  story(
    'a deploy whose WebSockets are refused is stopped before users reach it, and told why',
    async ({ world }) => {
      const name = 'chat-staging/backend';
      const before = world.cloud.service(name)!.serving;
      await world.type('/validate backend staging');
      await world.ended('staging-1');
      await world.type('/deploy backend staging ref:ws-forbidden');
      const deploy = await world.ended('staging-2');
      expect(deploy.state).toBe('failed');
      expect(deploy.text('prove')).toContain('CANDIDATE_UNHEALTHY');
      expect(deploy.text('prove')).toContain('FORBIDDEN');
      expect(deploy.text('prove')).toContain('HTTP 403');
      expect(world.cloud.service(name)!.serving).toEqual(before);

      // When it serves all the same, a validation says what changed since the last one.
      serve(world, world.cloud.revisions(name).find(({ ref }) => ref === 'ws-forbidden')!.name);
      await world.type('/validate backend staging');
      const thread = await world.ended('staging-3');
      expect(thread.state).toBe('failed');
      expect(thread.text('validate')).toContain('*Since the last validation*');
      expect(thread.text('validate')).toContain('/ws handshake healthy → unhealthy');
      expect(thread.text('report')).toContain('*backend: unhealthy*');
    },
  );

  storyOfBot('refuses what it does not know, in private', async ({ world }) => {
    const answer = await world.asked('/validate moon');
    expect(answer.text).toContain('UNKNOWN_ENVIRONMENT');
    expect(answer.text).toContain('For example `/validate backend staging`');
  });

  storyWithout('on a terminal gives the same verdict', async ({ world }) => {
    const { code, output } = await slipway(['validate', 'staging', 'auth'], world);
    expect(output).toContain('# auth in staging: healthy');
    expect(code).toBe(0);
  });
});

describe('slipway validate --url', () => {
  it('exits 0 for an endpoint that works, and gives the facts as JSON', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    server.on('connection', (socket) => {
      socket.on('message', (data) => {
        socket.send(data);
      });
    });
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const url = `ws://127.0.0.1:${port}/ws`;
    const { code, stdout } = await slipway(['validate', '--url', url, '--hold', '1s', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([{ record: { verdict: 'healthy' } }]);
    expect(code).toBe(0);
    server.close();
    for (const client of server.clients) client.terminate();
  });

  it('exits 1 for one that does not, with the class of the fault', async () => {
    const { code, stdout } = await slipway([
      'validate',
      '--url',
      'ws://127.0.0.1:9/ws',
      '--hold',
      '1s',
      '--json',
    ]);
    expect(stdout).toContain('TCP_REFUSED');
    expect(code).toBe(1);
  });

  it.each([
    [['--url', 'nonsense']],
    [['--url', 'ftp://127.0.0.1/']],
    [['--url', 'ws://127.0.0.1:0/']],
    [['--url', 'ws://127.0.0.1:9/', '--connections', '1000000000']],
    [['--url', 'ws://127.0.0.1:9/', '--hold', '100h']],
    [[]],
  ])('exits 2 for wrong usage: %j', async (args) => {
    const { code, output } = await slipway(['validate', ...args]);
    expect(output).toMatch(/error: .*(expected|is not|Expected)/);
    expect(code).toBe(2);
  });
});
