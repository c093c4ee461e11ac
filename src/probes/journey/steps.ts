import { observed } from '../../domain/diagnosis/observed.ts';
import type { JourneyStepPlan } from '../../domain/validation/plan.ts';
import type { HttpAnswer } from '../context.ts';
import { expect } from './expect.ts';
import { Inbox } from './inbox.ts';
import { fill, fillHeaders, fillText } from './script.ts';
import { capture, type Journey, stepFailed, type StepFailure, type StepPlan } from './talk.ts';
import { orStopped } from '../or-stopped.ts';

/** Milliseconds that a good-bye may take beyond the second the connector gives it. */
const closeWithinMs = 2_000;

/**
 * Does one step within `limitMs`. Undefined: it brought what was expected. @throws UnknownVariable, or the signal's
 * reason when that aborts.
 */
export async function doStep(
  step: JourneyStepPlan,
  journey: Journey,
  limitMs: number,
): Promise<StepFailure | undefined> {
  switch (step.kind) {
    case 'http':
      return http(step, journey, limitMs);
    case 'connect':
      return connect(step, journey, limitMs);
    case 'send':
      return send(step, journey);
    case 'expect':
      return expect(step, journey, limitMs);
    case 'close':
      return close(step, journey);
  }
}

async function http(
  step: StepPlan<'http'>,
  journey: Journey,
  withinMs: number,
): Promise<StepFailure | undefined> {
  const { captured, connector, cookies } = journey;
  const body = textOf(fill(step.body, captured));
  const type =
    typeof step.body === 'object' && step.body !== null ? { 'content-type': 'application/json' } : {};
  const cookie = cookies.size === 0 ? {} : { cookie: [...cookies.values()].join('; ') };
  const headers = { ...type, ...cookie, ...fillHeaders(step.headers, captured) };
  const path = fillText(step.path, captured, encodeURIComponent);
  const asked = connector.request({ method: step.method, path, headers, body, withinMs });
  const answer = await orStopped(asked, journey.signal);
  if (!answer.ok) return { failed: faultOf(answer.evidence), evidence: answer.evidence };
  if (answer.status !== step.status) {
    const failed = `HTTP ${answer.status} instead of ${step.status}`;
    return { failed, evidence: { ...answer.evidence, error: observed.wrongStatus } };
  }
  keepCookies(journey, answer.cookies);
  const missing = capture(journey, step.capture, jsonOf(answer));
  return missing === undefined ? undefined : stepFailed(journey, step, missing);
}

async function connect(
  step: StepPlan<'connect'>,
  journey: Journey,
  withinMs: number,
): Promise<StepFailure | undefined> {
  const { captured, connector, cookies } = journey;
  const inbox = new Inbox();
  const opening = connector.open({
    path: fillText(step.path, captured, encodeURIComponent),
    subprotocols: step.subprotocols,
    headers: fillHeaders(step.headers, captured),
    cookies: [...cookies.values()],
    withinMs,
    received: inbox.receive,
  });
  const connection = await orStopped(opening, journey.signal).catch((reason: unknown) => {
    // It may still open, and nobody would close it.
    void opening.then((late) => (late.ok ? late.close() : undefined));
    throw reason;
  });
  if (!connection.ok) return { failed: faultOf(connection.evidence), evidence: connection.evidence };
  keepCookies(journey, connection.cookies);
  journey.talk = { connection, inbox };
  journey.talks.push(journey.talk);
  return undefined;
}

/** A connection that has ended takes what is sent in silence: the next `expect` sees how it ended. */
function send(step: StepPlan<'send'>, journey: Journey): StepFailure | undefined {
  const { talk, captured } = journey;
  if (talk === undefined) return stepFailed(journey, step, 'there is no connection to send on');
  talk.connection.socket.send(textOf(fill(step.message, captured)) ?? '', () => undefined);
  return undefined;
}

async function close(step: StepPlan<'close'>, journey: Journey): Promise<StepFailure | undefined> {
  const { talk, signal } = journey;
  if (talk === undefined) return stepFailed(journey, step, 'there is no connection to close');
  const late = AbortSignal.any([signal, AbortSignal.timeout(closeWithinMs)]);
  const ended = await orStopped(talk.connection.close(), late);
  if (ended.closeCode === 1006) return stepFailed(journey, step, 'the good-bye was not answered');
  journey.talk = undefined;
  return undefined;
}

function keepCookies({ cookies }: Journey, set: readonly string[]): void {
  for (const cookie of set) cookies.set(cookie.split('=', 1)[0] ?? '', cookie);
}

const textOf = (value: unknown): string | undefined =>
  value === undefined || typeof value === 'string' ? value : JSON.stringify(value);

function jsonOf({ body }: HttpAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const faultOf = ({ status, error, message, phase }: StepFailure['evidence']): string =>
  status === undefined ? `${error ?? message ?? 'failed'} (${phase})` : `HTTP ${status}`;
