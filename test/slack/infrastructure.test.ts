import { describe, expect, it } from 'vitest';
import { infrastructurePlan } from '../../src/domain/plan.ts';
import type { StepResults } from '../../src/domain/results.ts';
import { report } from '../../src/slack/messages/report.ts';
import { allDone, done, end, requested, results, started, told } from '../support/operations.ts';

/** What is read of a change that went well. */
function read(applied: boolean, propagate: StepResults['propagate']): string {
  const request = requested({ kind: 'infrastructure', plan: [...infrastructurePlan] });
  const operation = told(
    ...[request, started, ...allDone('preflight', 'lint', 'plan', 'approval')],
    ...done('apply', { ...results.apply, applied }),
    ...[...done('propagate', propagate), ...allDone('outputs'), end('succeeded')],
  );
  return report(operation).text;
}

describe('the report of a change of infrastructure', () => {
  const checks = ['https://chat.example: healthy'];
  const seen = '*Propagated* the way users come is well after 30 s';

  it('says after what time users saw it', () => {
    expect(read(true, { waitedMs: 30_000, checks })).toContain(seen);
  });

  it('says so too of what an operation before has applied', () => {
    const text = read(false, { waitedMs: 30_000, checks });
    expect(text).toContain('*Nothing to change*');
    expect(text).toContain(seen);
  });

  it.each([true, false])('says nothing where nobody looked (applied: %s)', (applied) => {
    expect(read(applied, { waitedMs: 0, checks: [] })).not.toContain('*Propagated*');
  });
});
