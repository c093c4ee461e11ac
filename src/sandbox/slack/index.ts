export { validateBlocks } from './blocks.ts';
export type { Surface } from './blocks.ts';
export { startSlackSandbox } from './sandbox.ts';
export type { SlackLimits, SlackSandbox, SlackSandboxOptions } from './sandbox.ts';
export type {
  Ephemeral,
  SandboxEvent,
  StoredMessage,
  Workspace,
} from './types.ts';
