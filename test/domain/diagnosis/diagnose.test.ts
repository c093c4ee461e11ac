import { describe, expect, it } from 'vitest';
import { diagnose, diagnoseAll } from '../../../src/domain/diagnosis/diagnose.ts';
import type { Evidence, ServiceFacts } from '../../../src/domain/validation/evidence.ts';

const url = 'wss://backend.example/ws';
const upgrade = (more: Partial<Evidence>): Evidence => ({ phase: 'upgrade', url, ...more });
const cut = (silentMs: number | null, talkingMs: number | null, more: Partial<Evidence> = {}): Evidence => ({
  phase: 'open',
  url,
  closeCode: 1006,
  tcp: 'fin',
  pair: { silentMs, talkingMs },
  ...more,
});
const codeOf = (evidence: Evidence, facts?: ServiceFacts) => diagnose(evidence, facts).code;

describe('a held pair', () => {
  const facts: ServiceFacts = {
    requestTimeoutMs: 300_000,
    loadBalancer: { timeoutMs: 30_000, serverless: false },
  };

  it('of which only the silent one is cut met an idle time-out', () => {
    expect(diagnose(cut(30_100, null), facts)).toMatchObject({
      code: 'IDLE_TIMEOUT',
      cause: expect.stringContaining('after 30 s') as string,
    });
  });

  it("cut at the service's time-out blames the service before the load balancer", () => {
    const both = { ...facts, requestTimeoutMs: 30_000 };
    expect(codeOf(cut(30_010, 30_050), both)).toBe('LIFETIME_CAP_SERVICE');
    expect(codeOf(cut(30_010, 30_050), facts)).toBe('LIFETIME_CAP_LOAD_BALANCER');
  });

  it('never blames a load balancer with a serverless NEG, or one that is not known', () => {
    const serverless = { ...facts, loadBalancer: { timeoutMs: 30_000, serverless: true } };
    expect(codeOf(cut(30_010, 30_050), serverless)).toBe('LIFETIME_CAP');
    expect(codeOf(cut(30_010, 30_050))).toBe('LIFETIME_CAP');
  });

  it.each([
    ['at different ages', cut(4_000, 3_000)],
    ['of which only the talking one is cut', cut(null, 3_000)],
    ['dropped at once', cut(3, 4)],
    ['both reset', cut(3_000, 3_010, { tcp: 'reset' })],
  ])('%s broke', (_what, evidence) => {
    expect(codeOf(evidence, facts)).toBe('RESET_MID_STREAM');
  });

  const held = (more: Evidence['pair'] & object, rest: Partial<Evidence> = {}) =>
    codeOf({ ...cut(null, null, rest), pair: more });

  it('cut at one moment is a crash, however old both were', () => {
    expect(held({ silentMs: 60_000, talkingMs: 59_000, apartMs: 1_000 })).toBe('RESET_MID_STREAM');
    expect(held({ silentMs: 60_000, talkingMs: 60_400, apartMs: 1_000 })).toBe('LIFETIME_CAP');
  });

  it('may be as inexact as the prober was late', () => {
    const pair = { silentMs: 700, talkingMs: 790, apartMs: 500 };
    expect(held(pair)).toBe('RESET_MID_STREAM');
    expect(held({ ...pair, lateMs: 60 })).toBe('LIFETIME_CAP');
    expect(held({ ...pair, talkingMs: 990, lateMs: 5_000 })).toBe('RESET_MID_STREAM');
  });

  it('is believed or not by a second silent one', () => {
    const both = { silentMs: 700, talkingMs: 790, apartMs: 500 };
    expect(held({ ...both, againMs: 750 })).toBe('LIFETIME_CAP');
    expect(held({ ...both, talkingMs: 710, againMs: 1_300 })).toBe('RESET_MID_STREAM');
    expect(held({ ...both, talkingMs: 710, againMs: null })).toBe('RESET_MID_STREAM');
    expect(held({ silentMs: 700, talkingMs: null, againMs: 720 })).toBe('IDLE_TIMEOUT');
    expect(held({ silentMs: 700, talkingMs: null, againMs: null })).toBe('RESET_MID_STREAM');
  });

  it.each([
    [1000, '', 'IDLE_TIMEOUT'],
    [1001, '', 'IDLE_TIMEOUT'],
    [1011, 'no message received for 2 s', 'IDLE_TIMEOUT'],
    [4408, 'bye', 'IDLE_TIMEOUT'],
    [1000, 'shift is over', 'APP_CLOSE'],
    [4401, '', 'APP_CLOSE'],
    [1013, 'too many connections', 'CONNECTION_LIMIT'],
  ])('of which the silent one is closed with %i "%s": %s', (closeCode, closeReason, code) => {
    expect(held({ silentMs: 2_000, talkingMs: null }, { closeCode, closeReason })).toBe(code);
  });

  it('closed for its age met a limit of its life', () => {
    const aged = { closeCode: 1001, closeReason: 'max connection age' };
    expect(held({ silentMs: 2_000, talkingMs: 2_010 }, aged)).toBe('LIFETIME_CAP');
    expect(held({ silentMs: 2_000, talkingMs: 2_010 }, { closeCode: 1001 })).toBe('APP_CLOSE');
  });

  it('closed by the application tells its code', () => {
    const closed = cut(500, 510, { closeCode: 4401, closeReason: 'token expired' });
    expect(diagnose(closed)).toMatchObject({
      code: 'APP_CLOSE',
      cause: expect.stringContaining('4401 token expired') as string,
    });
  });
});

describe('a crash at start-up', () => {
  const trace =
    'Traceback (most recent call last):\n  File "/app/main.py", line 3\nNameError: name \'x\' is not defined';

  it('explains 503 and tells the line', () => {
    const found = diagnose(upgrade({ status: 503 }), { logs: [trace] });
    expect(found.code).toBe('STARTUP_CRASH');
    expect(found.cause).toContain("NameError: name 'x' is not defined at /app/main.py:3");
  });

  it.each([
    ['explains no 403', 403, [trace], 'FORBIDDEN'],
    [
      'is none when the application came up after it',
      503,
      [trace, 'Application startup complete.'],
      'SERVICE_DOWN',
    ],
    ['is told by Cloud Run too', 503, ['Container called exit(1).'], 'STARTUP_CRASH'],
    ['needs a log line', 503, [], 'SERVICE_DOWN'],
  ])('%s', (...[, status, logs, code]) => {
    expect(codeOf(upgrade({ status }), { logs })).toBe(code);
  });
});

describe('what is the prober’s own', () => {
  it.each([
    ['its resolver', upgrade({ phase: 'lookup', error: 'EAI_AGAIN' }), 'PROBER_DNS'],
    ['a look-up without end', upgrade({ phase: 'lookup', error: 'DEADLINE' }), 'PROBER_DNS'],
    ['its open files', upgrade({ phase: 'connect', error: 'EMFILE' }), 'PROBER_NETWORK'],
    ['its event loop', upgrade({ phase: 'prober', error: 'LATE' }), 'PROBER_LATE'],
    [
      'its expired token',
      upgrade({
        status: 401,
        headers: { 'www-authenticate': 'Bearer error_description="The token expired"' },
      }),
      'PROBER_TOKEN',
    ],
  ])('%s', (_what, evidence, code) => {
    expect(diagnose(evidence)).toMatchObject({ code, prober: true });
  });

  it('is not a token that is refused', () => {
    expect(diagnose(upgrade({ status: 401 }))).toMatchObject({ code: 'UNAUTHORIZED', prober: false });
  });
});

describe('a refusal', () => {
  it.each([
    ['after many were accepted', { status: 503, open: 80 }, 'CONNECTION_LIMIT'],
    ['in words', { status: 503, body: 'too many open connections' }, 'CONNECTION_LIMIT'],
    ['with 429 after many', { status: 429, open: 80 }, 'CONNECTION_LIMIT'],
    ['alone', { status: 503 }, 'SERVICE_DOWN'],
    [
      'because of the scheme',
      { status: 400, body: 'The plain HTTP request was sent to HTTPS port' },
      'TLS_REQUIRED',
    ],
  ])('%s', (_what, more, code) => {
    expect(codeOf(upgrade(more))).toBe(code);
  });
});

it('failures of one class are one diagnosis, the most frequent first', () => {
  const seen = [
    { evidence: upgrade({ status: 403 }), times: 1 },
    { evidence: upgrade({ status: 503 }), times: 2 },
    { evidence: upgrade({ status: 503, body: 'other words' }), times: 3 },
  ];
  expect(diagnoseAll(seen).map(({ code, times }) => [code, times])).toEqual([
    ['SERVICE_DOWN', 5],
    ['FORBIDDEN', 1],
  ]);
});

it('what fits nothing is unknown', () => {
  expect(codeOf(upgrade({ error: 'E_NEVER_SEEN' }))).toBe('UNKNOWN');
});
