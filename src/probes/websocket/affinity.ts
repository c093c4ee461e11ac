import { diagnose } from '../../domain/diagnosis/diagnose.ts';
import { observed } from '../../domain/diagnosis/observed.ts';
import type { Evidence } from '../../domain/validation/evidence.ts';
import type { WebSocketCheckPlan } from '../../domain/validation/plan.ts';
import type { Connection } from '../context.ts';
import { atMost } from '../pace.ts';
import { cutEvidence, Failures, type Finding, type Run } from '../run.ts';
import { handshakeDeadline } from './talker.ts';

/** With two instances and no affinity, all of these reach the same one in 1 of 256 runs. */
const reconnects = 8;
/** One change of instance may be a scale-down: it is looked at again. */
const changesAllowed = 1;
/** An instance tells who it is at once, or never. A refusal of the session comes in this time too. */
const firstHelloMs = 300;
const helloMs = 100;

/** Reconnects with the cookies of the answer before and expects the same instance. */
export async function checkAffinity(plan: WebSocketCheckPlan, run: Run): Promise<Finding> {
  const begun = performance.now();
  const visits = new Visits(plan, run);
  await visits.make(reconnects + 1);
  if (visits.changes > 0 && visits.changes <= changesAllowed) await visits.make(reconnects);
  const lost = visits.changes > changesAllowed;
  const failures = new Failures();
  if (lost && visits.change !== undefined)
    for (let index = 0; index < visits.changes; index += 1) failures.add(visits.change);
  if (visits.done === 0 && visits.refusal !== undefined) failures.add(visits.refusal);
  return {
    result: {
      name: `${plan.path} affinity`,
      kind: 'affinity',
      expected: 'a reconnect reaches the same instance',
      measured: visits.summary,
      verdict: failures.count > 0 ? 'unhealthy' : visits.done < 2 ? 'inconclusive' : 'healthy',
      tookMs: performance.now() - begun,
    },
    failures: failures.seen,
  };
}

class Visits {
  /** Times the instance was another one than before, or did not know the session. */
  changes = 0;
  change: Evidence | undefined;
  refusal: Evidence | undefined;
  done = 0;
  /** The service says something of its own accord. */
  private greets = false;
  private readonly jar = new Map<string, string>();
  private readonly instances = new Set<string>();
  private last: string | undefined;
  private readonly plan: WebSocketCheckPlan;
  private readonly run: Run;

  constructor(plan: WebSocketCheckPlan, run: Run) {
    this.plan = plan;
    this.run = run;
  }

  get summary(): string {
    const told =
      this.instances.size === 0 ? 'the service does not tell its instance' : `${this.instances.size} seen`;
    return `${this.done} connections, ${this.changes} on another instance; ${told}`;
  }

  async make(count: number): Promise<void> {
    for (let index = 0; index < count && !this.run.signal.aborted; index += 1) {
      await this.visit();
      if (this.done === 0 && index >= 3) return;
    }
  }

  private async visit(): Promise<void> {
    const { path, subprotocols } = this.plan;
    let hello: ((text: string) => void) | undefined;
    const first = new Promise<string>((resolve) => {
      hello = resolve;
    });
    const opened = await this.run.endpoint(this.plan).open({
      path,
      subprotocols,
      cookies: [...this.jar].map(([name, value]) => `${name}=${value}`),
      withinMs: handshakeDeadline(this.plan),
      received: (text) => hello?.(text),
    });
    if (!opened.ok) {
      this.refused(opened.evidence);
      return;
    }
    const waitMs = this.done === 0 || this.greets ? firstHelloMs : helloMs;
    const text = await atMost(waitMs, Promise.race([first, opened.ended.then(() => undefined)]));
    this.greets ||= text !== undefined;
    const ending = await opened.close();
    if (ending.closeCode !== 1000 && ending.ageMs < waitMs) this.refused(cutEvidence(opened, ending));
    else this.arrived(opened, text);
  }

  /** Only an unknown session says something of affinity; other refusals are the matter of other checks. */
  private refused(evidence: Evidence): void {
    this.refusal = evidence;
    if (diagnose(evidence).code !== 'AFFINITY_LOST') return;
    this.done += 1;
    this.changes += 1;
    this.change = evidence;
  }

  private arrived(connection: Connection, hello: string | undefined): void {
    this.done += 1;
    for (const cookie of connection.cookies) {
      const at = cookie.indexOf('=');
      this.jar.set(cookie.slice(0, at), cookie.slice(at + 1));
    }
    const instance = instanceOf(connection.headers, hello);
    if (instance === undefined) return;
    if (this.last !== undefined && this.last !== instance) {
      this.changes += 1;
      this.change = {
        phase: 'open',
        url: connection.url,
        error: observed.otherInstance,
        note: this.run.connector.shown(`${this.last}, then ${instance}`),
      };
    }
    this.last = instance;
    this.instances.add(instance);
  }
}

const headerName =
  /(?:^|-)(?:instance|pod|replica|backend|server|node|worker|host)(?:-?(?:id|name))?$|^x-served-by$/;
const fieldName = /^(?:instance|pod|replica|backend|server|node|worker|host)(?:[_-]?(?:id|name))?$/i;
const unequal = new Set(['server', 'host']);

/** What the service tells of its instance: in a header of the 101, or in its first message. */
function instanceOf(
  headers: Readonly<Record<string, string>>,
  hello: string | undefined,
): string | undefined {
  // `server` names the software, not the machine.
  const header = Object.entries(headers).find(([name]) => headerName.test(name) && !unequal.has(name));
  return header?.[1] ?? (hello === undefined ? undefined : instanceInMessage(hello));
}

function instanceInMessage(text: string): string | undefined {
  const plain = /\b(?:instance|pod|server|node|worker)(?:[_ -]?id)?[ "']*[:=][ "']*([\w.-]+)/i;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return plain.exec(text.slice(0, 2_000))?.[1];
  }
  return fieldIn(message, 3);
}

function fieldIn(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null || depth === 0) return undefined;
  for (const [name, inner] of Object.entries(value).slice(0, 50)) {
    const named = fieldName.test(name) && (typeof inner === 'string' || typeof inner === 'number');
    const found = named ? String(inner) : fieldIn(inner, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
