import { describe, expect, it } from 'vitest';
import { causeOfFailure } from '../../../src/domain/suite/cause.ts';

describe('the cause of a failing test', () => {
  it('is one for failures that differ in numbers, ids, times and addresses', () => {
    const said = [
      'websockets.exceptions.InvalidStatus: server rejected WebSocket connection: HTTP 403 (wss://a-1.run.app/ws, 123 ms)',
      'websockets.exceptions.InvalidStatus: server rejected WebSocket connection: HTTP 403 (wss://b-2.run.app/ws, 4.5 s)',
      'InvalidStatus: server rejected WebSocket connection: HTTP 403 (wss://127.0.0.1:8080/ws, 0 ms)',
    ];
    expect(new Set(said.map(causeOfFailure))).toStrictEqual(
      new Set(['InvalidStatus: server rejected WebSocket connection: HTTP 403 (wss://…/ws, …)']),
    );
  });

  it.each([
    ['expected 200 to be 503', 'expected … to be …'],
    ['HTTP 403 at the upgrade', 'HTTP 403 at the upgrade'],
    ['HTTP 404 at the upgrade', 'HTTP 404 at the upgrade'],
    ['close code 1006 after 12 s', 'close code 1006 after …'],
    ['user 6f1c2d9e-1b2c-4d5e-8f90-112233445566 not found', 'user … not found'],
    ['at 2026-01-05T10:00:00.123Z: gone', 'at …: gone'],
    ['connect ECONNREFUSED 127.0.0.1:6379', 'connect ECONNREFUSED …'],
    ['object at 0x7f3a1c: no', 'object at …: no'],
    [
      "NameError: name 'DatabaseSessionManager' is not defined",
      "NameError: name 'DatabaseSessionManager' is not defined",
    ],
    ['\n\n  second line says it', 'second line says it'],
    ['', 'no message'],
  ])('of %j is %j', (message, cause) => {
    expect(causeOfFailure(message)).toBe(cause);
  });

  it('is read in a moment, however long the message', () => {
    expect(causeOfFailure('a1'.repeat(5_000_000)).length).toBeLessThanOrEqual(200);
    expect(causeOfFailure('1'.repeat(5_000_000)).length).toBeLessThanOrEqual(200);
    expect(causeOfFailure('a-'.repeat(5_000_000)).length).toBeLessThanOrEqual(200);
  });
});
