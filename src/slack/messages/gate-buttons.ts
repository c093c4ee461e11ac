import type { ActionsBlock, Button } from '@slack/types';
import { z } from 'zod';
import { canBypass } from '../../domain/gate.ts';
import type { GateBlock } from '../../domain/gate/snapshot.ts';
import type { DeployRequest } from '../../domain/request/deploy.ts';
import { clip } from './mrkdwn.ts';

export const unlockAction = 'unlock';
export const bypassAction = 'bypass';

const unlockSchema = z.object({ environment: z.string(), lockedAt: z.number() });
/** Which lock a button lifts: no later one. */
export type UnlockValue = z.infer<typeof unlockSchema>;

const bypassSchema = z.object({
  services: z.array(z.string()),
  environment: z.string(),
  ref: z.string(),
  build: z.literal('local').optional(),
  image: z.string().optional(),
  issue: z.number().int().positive().optional(),
});
/** What would be deployed past the gates. */
export type BypassValue = z.infer<typeof bypassSchema>;

/** @returns undefined for a value that no button of ours carries. */
export function readUnlock(value: string | undefined): UnlockValue | undefined {
  return unlockSchema.safeParse(json(value)).data;
}

/** @returns undefined for a value that no button of ours carries. */
export function readBypass(value: string | undefined): BypassValue | undefined {
  return bypassSchema.safeParse(json(value)).data;
}

export function unlockButton(value: UnlockValue): Button {
  return {
    type: 'button',
    action_id: unlockAction,
    text: { type: 'plain_text', text: clip(`Unlock ${value.environment}`, 75) },
    value: JSON.stringify(value),
  };
}

/** The buttons that open what is closed: each lock's, and the emergency's where that would do. */
export function gateButtons(
  blocks: readonly GateBlock[],
  request: DeployRequest | undefined,
): readonly ActionsBlock[] {
  const unlocks = blocks.flatMap(({ button }) =>
    button?.kind === 'unlock'
      ? [unlockButton({ environment: button.environment, lockedAt: button.lockedAt })]
      : [],
  );
  const bypass = request !== undefined && canBypass(blocks) ? [bypassButton(request)] : [];
  const elements = [...unlocks, ...bypass];
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'gates', elements }];
}

function bypassButton({ services, environment, ref, build, image, issue }: DeployRequest): Button {
  return {
    type: 'button',
    action_id: bypassAction,
    style: 'danger',
    text: { type: 'plain_text', text: 'Emergency bypass…' },
    value: JSON.stringify({
      services: [...services],
      environment,
      ref,
      build,
      image,
      issue,
    } satisfies BypassValue),
  };
}

function json(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? '');
  } catch {
    return undefined;
  }
}
