import { z } from 'zod';
import type { Output } from './tool.ts';
import { textOf } from './values.ts';

// https://developer.hashicorp.com/terraform/cli/commands/output#json
const outputsSchema = z.record(
  z.string(),
  z.object({ value: z.unknown().optional(), sensitive: z.boolean().default(false) }),
);

/** What `output -json` prints. @returns undefined when it is something else */
export function readOutputs(json: unknown): readonly Output[] | undefined {
  const read = outputsSchema.safeParse(json).data;
  if (read === undefined) return undefined;
  return Object.entries(read).map(([name, { value, sensitive }]) => ({
    name,
    value: textOf(value ?? null),
    sensitive,
  }));
}
