/** `drop-after`: the call is carried out, then the socket is cut, so the client does not know. */
export type CallFault = 'error-5xx' | 'drop-before' | 'drop-after';

export type PlannedFault =
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number }
  | { readonly kind: CallFault };

/** Faults of Web API calls, planned per method and used up one call at a time. */
export class CallFaults {
  readonly #planned = new Map<string, PlannedFault[]>();

  plan(method: string, fault: PlannedFault, times = 1): void {
    const more = Array.from({ length: times }, () => fault);
    this.#planned.set(method, [...(this.#planned.get(method) ?? []), ...more]);
  }

  next(method: string): PlannedFault | undefined {
    return this.#planned.get(method)?.shift();
  }
}
