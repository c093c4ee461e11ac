/** A running part of slipway: the bot or the worker. */
export interface Part {
  /** What is wrong with it right now, or undefined. May throw; that is wrong too. */
  check(): Promise<string | undefined>;
  /** Lets go of its work so that another process takes over at once. */
  stop(): Promise<void>;
}
