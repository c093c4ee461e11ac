import { describe, expect, it } from 'vitest';
import { failureOf } from '../../jobs/faults.ts';
import { CloudError } from '../../src/cloud/errors.ts';
import { failureSchema } from '../../src/domain/events.ts';
import { FencedOff } from '../../src/ledger/ledger.ts';

describe('a fault of Google', () => {
  it.each([
    [7, 'PERMISSION_DENIED'],
    [16, 'PERMISSION_DENIED'],
    [14, 'CLOUD_UNAVAILABLE'],
    [4, 'CLOUD_UNAVAILABLE'],
    [8, 'CLOUD_UNAVAILABLE'],
    [3, 'CLOUD_REFUSED'],
    [5, 'CLOUD_REFUSED'],
    [9, 'CLOUD_REFUSED'],
    [10, 'CLOUD_REFUSED'],
    [13, 'CLOUD_REFUSED'],
  ])('with gRPC code %i is told as %s, in Google’s words', (code, reason) => {
    expect(failureOf(new CloudError('Updating backend: no', code, undefined))).toEqual({
      code: reason,
      summary: 'Updating backend: no',
      evidence: [`gRPC code ${code}`],
      logs: [],
    });
  });

  it('stays one when its words sound like those of Redis', () => {
    expect(failureOf(new CloudError('connect ECONNREFUSED', 14, undefined))?.code).toBe('CLOUD_UNAVAILABLE');
  });
});

describe('a worker that cannot go on', () => {
  it.each([
    new FencedOff('taken over'),
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    new Error('write EPIPE'),
    new Error('connect ETIMEDOUT'),
    new Error('Connection is closed.'),
    new Error('Reached the max retries per request limit (which is 20).'),
  ])('tells no failure of the step: %s', (error) => {
    expect(failureOf(error)).toBeUndefined();
  });
});

describe('anything else', () => {
  it.each([
    [new TypeError('x is not a function'), 'TypeError: x is not a function'],
    [new Error('boom', { cause: new Error('ECONNRESET') }), 'Error: boom'],
    // A gRPC error that did not go through CloudError.
    [Object.assign(new Error('14 UNAVAILABLE: read ECONNRESET'), { code: 14 }), 'ECONNRESET'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ message: 'odd' }, '[object Object]'],
  ])('is a bug of slipway, with its text: %s', (error, text) => {
    const failure = failureOf(error);
    expect(failure?.code).toBe('INTERNAL');
    expect(failure?.evidence.join()).toContain(text);
    expect(failureSchema.safeParse(failure).success).toBe(true);
  });
});
