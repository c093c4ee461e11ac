import { observed } from '../domain/diagnosis/observed.ts';
import type { MonitorRound } from '../domain/monitor/round.ts';
import type { Evidence } from '../domain/validation/evidence.ts';
import type {
  HttpCheckPlan,
  JourneyPlan,
  ValidationPlan,
  WebSocketCheckPlan,
} from '../domain/validation/plan.ts';
import { connectorFor } from './connector.ts';
import type { Connector, Failed, TokenProvider } from './context.ts';
import { runJourney } from './journey.ts';
import { Journeys } from './monitor/journeys.ts';
import { type Asked, Tallying } from './monitor/tallying.ts';
import { orStopped } from './or-stopped.ts';
import { atMost, Slots } from './pace.ts';
import { cutEvidence } from './run.ts';

/** Requests of a round over all paths, and handshakes over all endpoints: windows and bounds are made for ten. */
const samples = 10;
/** An answer that takes longer is as good as none. */
const patienceMs = 5_000;
/** Asked for less than this, silence says nothing of the service. */
const leastMs = 3_000;
/** A deadline that fires so much too late is our own slowness. */
const lateMs = 250;
/** A token takes no longer, or the round goes on without it. */
const tokenMs = 2_000;
/** Few in flight, so that a latency is measured and not our own burst; what hangs keeps nobody waiting for longer. */
const width = { atOnce: 4, impatientMs: 250 };
/** Open for this long before a handshake counts: a token may be refused after the 101. */
const settleMs = 250;

export interface MonitorRoundOptions {
  readonly plan: ValidationPlan;
  /** Where users come in. */
  readonly url: string;
  readonly token: TokenProvider;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborts when nobody wants the round any more. */
  readonly signal: AbortSignal;
  /** Milliseconds until the whole round is over. */
  readonly withinMs: number;
  /** Journeys that are under way from round to round. Default: those that are not over in time are not counted. */
  readonly journeys?: Journeys | undefined;
}

/**
 * One look at one target: about ten requests, about ten handshakes, each journey once.
 * What is this machine's own fault is in no tally.
 * @throws {PlanError} for a URL that is none; the signal's reason when that aborts
 */
export async function monitorRound(options: MonitorRoundOptions): Promise<MonitorRound> {
  const at = options.now();
  const look = new Look(options);
  try {
    return (await orStopped(look.all(), options.signal)).round(at);
  } finally {
    look.stop();
  }
}

class Look {
  readonly #options: MonitorRoundOptions;
  readonly #tallying = new Tallying();
  readonly #service: Connector;
  readonly #gently = new Slots(width.atOnce, width.impatientMs);
  readonly #endsAt: number;
  readonly #token: TokenProvider;
  readonly #journeys: Journeys;
  #bare: Connector | undefined;

  constructor(options: MonitorRoundOptions) {
    const { plan, url, now, token, withinMs } = options;
    this.#options = options;
    this.#journeys = options.journeys ?? new Journeys();
    this.#endsAt = performance.now() + withinMs;
    const tooLate = AbortSignal.timeout(Math.max(0, Math.floor(Math.min(tokenMs, withinMs))));
    this.#token = (source, where) => orStopped(token(source, where), tooLate);
    this.#service = connectorFor({ url, identity: plan.identity, token: this.#token, now });
  }

  async all(): Promise<Tallying> {
    const { http, websocket, journeys } = this.#options.plan;
    // What may change something is not asked again and again.
    const safe = http.filter(({ method }) => method !== 'POST' && method !== 'PUT' && method !== 'DELETE');
    await Promise.all([
      ...spread(safe).map((check) => this.#request(check)),
      ...spread(websocket).map((check) => this.#handshake(check)),
      ...journeys.map((journey) => this.#journey(journey)),
    ]);
    return this.#tallying;
  }

  stop(): void {
    this.#service.stop();
    this.#bare?.stop();
    if (this.#options.journeys === undefined) this.#journeys.stop();
  }

  get #leftMs(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }

  async #request({ method, path, body, status }: HttpCheckPlan): Promise<void> {
    const answer = await this.#asked(async (connector, withinMs) => {
      const found = await connector.request({ method, path, body, withinMs });
      if (!found.ok) return found;
      const wrong = found.status >= 500 && found.status !== status;
      return { ok: true, ms: found.ms, ...(wrong ? { wrong: found.evidence } : {}) };
    });
    this.#tallying.http(answer);
  }

  async #handshake({ path, subprotocols }: WebSocketCheckPlan): Promise<void> {
    const answer = await this.#asked(async (connector, withinMs) => {
      const opened = await connector.open({ path, subprotocols, withinMs });
      return opened.ok ? { ok: true, ms: opened.handshakeMs, opened } : opened;
    });
    if (answer.opened === undefined) {
      this.#tallying.handshake(answer);
      return;
    }
    const { opened, ms } = answer;
    const cut = await atMost(Math.min(settleMs, this.#leftMs), opened.ended);
    this.#tallying.handshake(cut === undefined ? { ms } : { ms, wrong: cutEvidence(opened, cut) });
    if (cut === undefined) await opened.close();
  }

  async #journey(journey: JourneyPlan): Promise<void> {
    const { plan, url, token, now } = this.#options;
    const journeys = this.#journeys;
    const begin = async () => {
      // Of its own: it may outlive the round.
      const connector = connectorFor({ url, identity: plan.identity, token, now });
      try {
        return await runJourney(journey, connector, {
          signal: journeys.signal,
          progress: () => undefined,
        });
      } finally {
        connector.stop();
      }
    };
    const withinMs = Math.min(patienceMs, this.#leftMs);
    const result = await journeys.walk(journey, begin, withinMs);
    if (result !== undefined) this.#tallying.journey(result);
  }

  async #asked<Found extends Asked>(ask: Ask<Found>): Promise<Found | FailedAsk> {
    const answer = await this.#once(ask, this.#service);
    if (answer.ok || answer.evidence.error !== observed.token) return meaningOf(answer);
    // What gives no token may be the very service that is down: that is seen without a token, too.
    const { plan, url, now } = this.#options;
    const { bearer: _bearer, serverless: _serverless, ...identity } = plan.identity;
    this.#bare ??= connectorFor({ url, identity, now });
    const bare = await this.#once(ask, this.#bare);
    const told = bare.ok ? bare.wrong : bare.evidence;
    const down = told !== undefined && (told.status === undefined || told.status >= 500);
    return meaningOf(down ? bare : answer);
  }

  async #once<Found>(ask: Ask<Found>, connector: Connector): Promise<Succeeded<Found> | Failed> {
    return this.#gently.use(async () => {
      const withinMs = Math.min(patienceMs, this.#leftMs);
      const begun = performance.now();
      const answer = await ask(connector, withinMs);
      if (answer.ok || answer.evidence.error !== observed.deadline) return answer;
      const tookMs = performance.now() - begun;
      if (withinMs >= leastMs && tookMs < withinMs + lateMs) return answer;
      const message = `asked for ${Math.round(withinMs)} ms, heard after ${Math.round(tookMs)} ms`;
      return { ok: false, evidence: ours(answer.evidence, message) };
    });
  }
}

type Succeeded<Found> = Found & { readonly ok: true };
type Ask<Found> = (connector: Connector, withinMs: number) => Promise<Succeeded<Found> | Failed>;
interface FailedAsk {
  readonly wrong: Evidence;
  readonly ms?: never;
  readonly opened?: never;
}

function meaningOf<Found>(answer: Succeeded<Found> | Failed): Found | FailedAsk {
  return answer.ok ? answer : { wrong: answer.evidence };
}

function ours(evidence: Evidence, message: string): Evidence {
  return { ...evidence, phase: 'prober', error: observed.late, message };
}

/** Each at least once, together about as many as a round has, in turn. */
function spread<Check>(checks: readonly Check[]): readonly Check[] {
  const times = Math.max(1, Math.round(samples / Math.max(1, checks.length)));
  return Array.from({ length: times }, () => checks).flat();
}
