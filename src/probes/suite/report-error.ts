import type { suiteProblemCodes } from '../../domain/suite/run.ts';

/** A report that says nothing, or not the whole; what was read until then may be kept. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code: (typeof suiteProblemCodes)[number];
  readonly evidence: readonly string[];

  constructor(code: (typeof suiteProblemCodes)[number], message: string, evidence: readonly string[] = []) {
    super(message);
    this.code = code;
    this.evidence = evidence;
  }
}
