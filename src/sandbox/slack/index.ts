export { maxText, validateBlocks } from './blocks.ts';
export type { BlockProblem, Surface } from './blocks.ts';
export { startSlackSandbox } from './sandbox.ts';
export type { SlackSandbox, SlackSandboxFaults, SlackSandboxOptions } from './sandbox.ts';
export type {
  Block,
  CallRecord,
  Delivery,
  Ephemeral,
  Metadata,
  SandboxEvent,
  StoredMessage,
  StoredView,
  Workspace,
} from './types.ts';
export { defaultWorkspace } from './workspace.ts';
