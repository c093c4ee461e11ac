import { z } from 'zod';

// https://developer.hashicorp.com/terraform/cli/commands/validate#json
const diagnosticSchema = z.object({
  severity: z.string(),
  summary: z.string(),
  detail: z.string().default(''),
  address: z.string().optional(),
  range: z.object({ filename: z.string(), start: z.object({ line: z.number() }) }).optional(),
});
export type Diagnostic = z.infer<typeof diagnosticSchema>;

/** What `validate -json` prints: https://developer.hashicorp.com/terraform/cli/commands/validate#json */
const validationSchema = z.object({
  // Another major version is another format.
  format_version: z.string().regex(/^[01]\./),
  valid: z.boolean(),
  diagnostics: z.array(diagnosticSchema).default([]),
});

/**
 * One line of `plan -json` and `apply -json`, as far as slipway reads it; what it does not know it passes over, as the
 * page asks: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
const messageSchema = z.object({
  type: z.string(),
  '@message': z.string().default(''),
  hook: z.object({ resource: z.object({ addr: z.string() }) }).optional(),
  diagnostic: diagnosticSchema.optional(),
});
export type Message = z.infer<typeof messageSchema>;

/** @returns undefined for a line that is no message: hooks and wrappers print what they like. */
export function readMessage(line: string): Message | undefined {
  if (!line.startsWith('{')) return undefined;
  return messageSchema.safeParse(parsed(line)).data;
}

export function readValidation(text: string): z.infer<typeof validationSchema> | undefined {
  return validationSchema.safeParse(parsed(text)).data;
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Who holds the state, as Terraform says it; absent what it does not say. */
export interface StateLock {
  readonly id?: string;
  /** e.g. `root@worker-1` */
  readonly who?: string;
  /** When it was taken, as it stands there. */
  readonly created?: string;
  /** e.g. `OperationTypeApply` */
  readonly operation?: string;
  readonly path?: string;
  /** What the backend said first. */
  readonly error: string;
}

const lockSummary = 'Error acquiring the state lock';
/** Of a saved plan: https://github.com/hashicorp/terraform/blob/main/internal/backend/local/backend_local.go */
const staleSummary = 'Saved plan is stale';

/**
 * The lock that a diagnostic tells of. Its text has had this form since 0.9:
 * https://github.com/hashicorp/terraform/blob/main/internal/states/statemgr/locker.go (LockInfo.String)
 */
export function lockOf(diagnostics: readonly Diagnostic[]): StateLock | undefined {
  const found = diagnostics.find(({ summary }) => summary === lockSummary);
  if (found === undefined) return undefined;
  const { detail } = found;
  const field = (name: string) => new RegExp(`^ +${name}: +(\\S.*?) *$`, 'm').exec(detail)?.[1];
  const named = (key: keyof StateLock, name: string) => {
    const value = field(name);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    ...named('id', 'ID'),
    ...named('who', 'Who'),
    ...named('created', 'Created'),
    ...named('operation', 'Operation'),
    ...named('path', 'Path'),
    error: /^Error message: (.*)$/m.exec(detail)?.[1] ?? lockSummary,
  };
}

export function isStale(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ summary }) => summary === staleSummary);
}

/** `load-balancer.tf:12: Unsupported argument: An argument named "timeout" is not expected here.` */
export function diagnosticText({ summary, detail, address, range }: Diagnostic): string {
  const where = range === undefined ? address : `${range.filename}:${range.start.line}`;
  return [where, oneLine(summary), oneLine(detail)]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 600);
}
