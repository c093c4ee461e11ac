import { observed } from '../../domain/diagnosis/observed.ts';
import type { Evidence } from '../../domain/validation/evidence.ts';
import type { WebSocketCheckPlan } from '../../domain/validation/plan.ts';
import type { Connection, Connector, Failed, OpenRequest } from '../context.ts';
import { Slots } from '../pace.ts';
import { Hearsay } from './hearsay.ts';

/** Fewer connections than this at a time would make the checks wait for each other. */
const leastOpen = 4;
const pair = 2;
/** The other side hears of the end of a connection a little later than we do. */
const lingerMs = 20;
/** So many deadlines without any answer, and nobody waits for a third. */
const enoughDeadlines = 2;

/**
 * What all checks of one WebSocket endpoint share. Together they never have more connections open than the plan
 * asks for, so that a limit just above it is not met by the validation itself; and what one waited for in vain,
 * the others do not wait for again.
 */
export class Endpoint {
  readonly hearsay = new Hearsay();
  /** How many connections may be open beside the held pair. */
  readonly room: number;
  /** Of the pair: how many of the two are still held. */
  held: number;
  /** Set when nothing here was ever answered. */
  lost: Evidence | undefined;
  private deadlines = 0;
  private answered = false;
  /** Once it is known that some are never answered, the others are followed for no longer than this. */
  private readonly shortMs: number;
  private readonly most: number;
  private readonly slots: Slots;
  private readonly connector: Connector;

  constructor(plan: WebSocketCheckPlan, connector: Connector) {
    this.connector = connector;
    this.held = plan.holdMs > 0 ? pair : 0;
    this.shortMs = plan.handshakeWithinMs * 1.2 + 500;
    this.most = Math.max(leastOpen, plan.connections);
    this.room = this.most - this.held;
    this.slots = new Slots(this.room);
  }

  /** How many of the connections that are asked for a burst may open beside what is held. */
  burst(connections: number): number {
    return Math.min(connections, this.most - this.held);
  }

  /** The pair is held no longer: its places are for others. */
  letGo(): void {
    this.slots.add(this.held);
    this.held = 0;
  }

  /** Opens a connection in its turn; it keeps its place until it is closed. */
  open(request: OpenRequest, gently?: Slots): Promise<Connection | Failed> {
    return new Promise((resolve, reject) => {
      const place = this.slots.use(async () => {
        const opened = await (gently?.use(() => this.openHeld(request)) ?? this.openHeld(request));
        resolve(opened);
        if (!opened.ok) return;
        await opened.ended;
        await new Promise((next) => setTimeout(next, lingerMs));
      });
      place.catch(reject);
    });
  }

  /** For the held pair, which has places of its own. */
  async openHeld(request: OpenRequest): Promise<Connection | Failed> {
    if (this.lost !== undefined) return { ok: false, evidence: this.lost };
    const known = this.deadlines >= enoughDeadlines;
    const withinMs = known ? Math.min(request.withinMs, this.shortMs) : request.withinMs;
    const opened = await this.connector.open({ ...request, withinMs });
    const late = !opened.ok && opened.evidence.error === observed.deadline;
    this.answered ||= !late;
    if (!late) return opened;
    this.deadlines += 1;
    if (!this.answered && this.deadlines >= enoughDeadlines) this.lost = opened.evidence;
    return opened;
  }
}
