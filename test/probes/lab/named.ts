import { expect, it } from 'vitest';
import { codesOf, type Fault, validateFault } from './run.ts';

/** Each fault must get its code. */
export function named(faults: readonly Fault[]): void {
  it.each(faults.map((fault) => [fault.name, fault] as const))('%s', async (_name, fault) => {
    const result = await validateFault(fault);
    expect(codesOf(result)).toContain(fault.code);
    expect(result.verdict).toBe(fault.code.startsWith('PROBER_') ? 'inconclusive' : 'unhealthy');
  });
}

/** Nothing may be said of these. */
export function unaccused(services: readonly Omit<Fault, 'code'>[]): void {
  it.each(services.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const { verdict } = await validateFault({ ...one, code: '' });
    expect(verdict).toBe('healthy');
  });
}
