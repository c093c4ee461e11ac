import type { Random } from '../random.ts';
import type { Behaviour } from '../refs.ts';

export interface ContainerOptions {
  readonly service: string;
  readonly revision: string;
  /** What the app believes to listen on, for its start-up line; the real port is any free one. */
  readonly port: number;
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly behaviour: Behaviour;
  readonly log: {
    stdout(text: string): void;
    stderr(text: string): void;
    /** What Cloud Run itself says of the container. */
    system(text: string, severity: 'INFO' | 'ERROR'): void;
  };
  /** The memory limit, in MiB. */
  readonly memory: number;
  /** Resolves when a new instance has taken the place of one that was killed. */
  readonly restarted: () => Promise<void>;
  readonly random: Random;
}

export const variable = ({ env }: ContainerOptions, wanted: string): string =>
  env.find(({ name }) => name === wanted)?.value ?? '';
