/** What one step of a build is run with. */
export interface StepRun {
  readonly buildId: string;
  readonly project: string;
  readonly commit: string;
  /** 0 for the first. */
  readonly index: number;
  readonly script: string;
  readonly substitutions: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
  /** Aborts when somebody cancels the build. */
  readonly signal: AbortSignal;
}

/** Does what a step does. @returns its exit code */
export type StepWork = (step: StepRun) => Promise<number>;
