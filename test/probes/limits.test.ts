import { describe, expect, it } from 'vitest';
import { checkPlan, PlanError, serviceUrl } from '../../src/probes/limits.ts';
import { httpPlan, planOf, socketPlan } from './lab/plans.ts';

describe('a URL', () => {
  it.each([
    ['backend', /"backend" is not a URL.*Example/],
    ['ftp://backend.example', /scheme "ftp:".*expected https, http, wss or ws/],
    ['http://127.0.0.1:0', /Port 0.*1 to 65535/],
    ['https://user:secret@backend.example', /name or password/],
    ['x'.repeat(10_000), /is not a URL/],
  ])('%.40s is refused', (url, message) => {
    expect(() => serviceUrl(url)).toThrow(PlanError);
    expect(() => serviceUrl(url)).toThrow(message);
  });

  it('never shows a password', () => {
    expect(() => serviceUrl('https://user:secret@backend.example')).not.toThrow(/secret/);
  });

  it('may be that of a WebSocket', () => {
    expect(serviceUrl('wss://backend.example/ws').href).toBe('https://backend.example/ws');
  });
});

describe('a plan', () => {
  it.each([
    [{ connections: 1e9 }, 'websocket.0.connections is 1000000000; expected 0 to 10000'],
    [{ holdMs: 3_600_001 }, 'websocket.0.holdMs is 3600001; expected 0 to 3600000'],
    [{ handshakes: NaN }, 'websocket.0.handshakes is NaN'],
    [{ mostFailures: 2 }, 'websocket.0.mostFailures is 2; expected 0 to 1'],
    [{ path: 'ws' }, 'websocket.0.path is "ws"; expected a path'],
    [{ subprotocols: ['a', 'a'] }, 'websocket.0.subprotocols'],
    [{ subprotocols: ['a b'] }, 'websocket.0.subprotocols'],
  ])('with %o is refused', (more, message) => {
    expect(() => {
      checkPlan(planOf({ websocket: [{ ...socketPlan, ...more }] }));
    }).toThrow(message);
  });

  it('with HTTP numbers out of bounds is refused', () => {
    expect(() => {
      checkPlan(planOf({ http: [httpPlan, { ...httpPlan, samples: 0 }] }));
    }).toThrow('http.1.samples is 0; expected 1 to 1000');
  });

  it('within the limits is taken', () => {
    expect(() => {
      checkPlan(planOf({ http: [httpPlan], websocket: [{ ...socketPlan, connections: 5_000 }] }));
    }).not.toThrow();
  });
});
