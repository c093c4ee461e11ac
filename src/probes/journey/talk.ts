import { observed } from '../../domain/diagnosis/observed.ts';
import type { Evidence } from '../../domain/validation/evidence.ts';
import type { JourneyStepPlan } from '../../domain/validation/plan.ts';
import type { Connection, Connector } from '../context.ts';
import { fieldOf } from '../field.ts';
import type { Inbox } from './inbox.ts';

export type StepPlan<K extends JourneyStepPlan['kind']> = Extract<JourneyStepPlan, { kind: K }>;

/** The connection a journey talks on, and what came on it. */
export interface Talk {
  readonly connection: Connection;
  readonly inbox: Inbox;
}

/** What the steps of one journey share. */
export interface Journey {
  readonly connector: Connector;
  /** Aborts when the journey must stop: its reason is thrown. */
  readonly signal: AbortSignal;
  readonly captured: Map<string, unknown>;
  /** `name=value` by name: what the service set over HTTP goes along with the handshake, as in a browser. */
  readonly cookies: Map<string, string>;
  talk: Talk | undefined;
  readonly talks: Talk[];
  /** `performance.now()` at which the step before ended: a message that has come already is measured from here. */
  stepEndedAt: number;
}

/** A step did not bring what was expected. */
export interface StepFailure {
  /** Words for the step's line: `missing: nothing came within 2000 ms`. */
  readonly failed: string;
  readonly evidence: Evidence;
}

/** The evidence of a step that failed by what it brought. `note` says which and what came instead. */
export function stepFailed(journey: Journey, { name }: JourneyStepPlan, failed: string): StepFailure {
  const { connector, talk } = journey;
  const evidence: Evidence = {
    phase: talk === undefined ? 'answer' : 'echo',
    url: talk?.connection.url ?? connector.url.href,
    error: observed.journeyStep,
    note: connector.shown(`${name}: ${failed}`),
    ...(talk === undefined ? {} : { ageMs: talk.connection.age() }),
  };
  return { failed: connector.shown(failed), evidence };
}

/** Takes the named fields of an answer or a message. Undefined: all were there. */
export function capture(
  journey: Journey,
  wanted: Readonly<Record<string, string>>,
  from: unknown,
): string | undefined {
  for (const [name, path] of Object.entries(wanted)) {
    const value = fieldOf(from, path);
    if (value === undefined || value === null) return `there is no ${path} in it to capture as ${name}`;
    journey.captured.set(name, value);
    // A login's answer: what comes later may repeat it.
    if (typeof value === 'string') journey.connector.conceal(value);
  }
  return undefined;
}
