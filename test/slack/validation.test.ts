import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/domain/events.ts';
import { fold } from '../../src/domain/fold.ts';
import type { Operation } from '../../src/domain/operation.ts';
import type { ValidationRecord } from '../../src/domain/validation/record.ts';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { threadOf } from '../../src/slack/messages/thread.ts';
import { requested } from '../support/operations.ts';

const at = Date.UTC(2026, 0, 5, 10);

function recordWith(outside: string, verdict: ValidationRecord['verdict'], checks = 3): ValidationRecord {
  return {
    url: 'https://backend.example',
    verdict,
    at,
    tookMs: 12_345,
    cause: outside,
    checks: Array.from({ length: checks }, (_, index) => ({
      name: `/ws ${index} ${outside}`,
      kind: 'handshake',
      expected: outside,
      measured: `0 of 60 ${outside}`,
      verdict,
      tookMs: 5,
      ...(verdict === 'inconclusive' ? { needed: 47 } : {}),
      diagnoses: [
        { code: 'FORBIDDEN', cause: outside, next: outside, evidence: outside, times: 60, prober: false },
      ],
    })),
    metrics: [
      { name: 'apiResponse', target: 100, value: 85, samples: 40, verdict: 'healthy' },
      { name: 'startup', target: 500, samples: 0, verdict: 'inconclusive' },
    ],
  };
}

/** A validation of these services, ended. */
function validated(
  services: readonly { readonly record: ValidationRecord; readonly before?: ValidationRecord }[],
): Operation {
  const names = services.map((_, index) => `service-${index}`);
  const request = requested({ kind: 'validate', services: names, plan: ['validate'] });
  const result = { services: services.map((each, index) => ({ service: names[index]!, ...each })) };
  const outcome = services.some(({ record }) => record.verdict === 'unhealthy') ? 'failed' : 'succeeded';
  return fold([
    { ...request, at },
    { type: 'started', at, worker: 'w' },
    { type: 'step-started', at, step: 'validate' },
    { type: 'step-progressed', at, step: 'validate', text: '/ws hold: alive at 5.0 s' },
    { type: 'step-finished', at: at + 60_000, step: 'validate', result },
    { type: 'finished', at: at + 60_000, outcome },
  ] satisfies Event[]);
}

const nasty = ['<!channel> <@U1> `x` ```y```', 'a & b < c > d'.repeat(300), '\u0007\u202e\n\n*bold*', ''];

describe('the thread of a validation', () => {
  it.each(nasty)('keeps the rules of blocks and pings nobody, whatever the service says: %j', (outside) => {
    for (const verdict of ['healthy', 'unhealthy', 'inconclusive'] as const)
      for (const count of [1, 12]) {
        const record = recordWith(outside, verdict, 14);
        const services = Array.from({ length: count }, () => ({ record, before: recordWith('', 'healthy') }));
        for (const { text, blocks } of threadOf(validated(services))) {
          expect(validateBlocks(blocks, 'message')).toEqual([]);
          expect(text.length).toBeLessThanOrEqual(4_000);
          expect(text).not.toMatch(/<[!@#]/);
        }
      }
  });

  it('tells failures first, with class, evidence, cause and next step', () => {
    const record = recordWith('words from outside', 'unhealthy');
    const [, reply, report] = threadOf(
      validated([{ record, before: recordWith('words from outside', 'healthy') }]),
    );
    expect(reply!.key).toBe('validate');
    expect(reply!.text).toContain('*service-0: unhealthy*, 0 of 3 checks healthy');
    expect(reply!.text).toContain('`FORBIDDEN`');
    expect(reply!.text).toContain('*Evidence* words from outside');
    expect(reply!.text).toContain('healthy → unhealthy');
    expect(report!.text).toContain('unhealthy after 1 m');
    expect(report!.text).toContain('API response 85 ms (target: under 100 ms, 40 samples)');
  });

  it('says how many samples a firm answer needs', () => {
    const [, reply] = threadOf(validated([{ record: recordWith('x', 'inconclusive') }]));
    expect(reply!.text).toContain('about 47 more samples needed');
  });

  it('counts while it runs', () => {
    const request = requested({ kind: 'validate', services: ['backend'], plan: ['validate'] });
    const running = fold([
      { ...request, at },
      { type: 'started', at, worker: 'w' },
      { type: 'step-started', at, step: 'validate' },
      { type: 'step-progressed', at, step: 'validate', text: '/ws hold: alive at 5.0 s' },
    ]);
    const [root] = threadOf(running);
    expect(JSON.stringify(root!.blocks)).toContain('/ws hold: alive at 5.0 s');
  });
});
