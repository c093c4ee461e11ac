import { violation } from '../errors.ts';
import type { ContainerSpec } from './resources.ts';

// https://cloud.google.com/run/docs/configuring/services/cpu and …/memory-limits
const CPU = /^(?:[12468]|[12468]000m|0?\.(?:0[89]|[1-9]\d?)|[89]\dm|[1-9]\d\dm)$/;
const MEMORY = /^\d+(?:\.\d+)?(?:k|M|G|Ki|Mi|Gi)?$/;

interface Probe {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
}

interface Variable {
  readonly name: string;
  readonly valueSource?: {
    readonly secretKeyRef?: { readonly secret: string; readonly version: string } | null;
  } | null;
}

/** What Cloud Run says of a container's limits, probes and secrets before it takes them. */
export function validateLimits(container: ContainerSpec, at: string): void {
  const { cpu, memory } = container.resources?.limits ?? {};
  if (cpu !== undefined && !CPU.test(cpu))
    throw violation(`${at}.resources.limits.cpu`, `Invalid value specified for cpu. '${cpu}'`);
  if (memory !== undefined && !MEMORY.test(memory))
    throw violation(`${at}.resources.limits.memory`, `Invalid value specified for memory. '${memory}'`);
  validateProbe(container['startupProbe'], `${at}.startup_probe`, 240);
  validateProbe(container['livenessProbe'], `${at}.liveness_probe`, 3600);
  for (const { name, valueSource } of container.env as readonly Variable[]) {
    if (valueSource?.secretKeyRef && valueSource.secretKeyRef.secret === '')
      throw violation(`${at}.env`, `secret of '${name}': required field not present.`);
  }
}

// google/cloud/run/v2/k8s.min.proto, Probe.
function validateProbe(value: unknown, at: string, longest: number): void {
  if (typeof value !== 'object' || value === null) return;
  const { periodSeconds, timeoutSeconds } = value as Probe;
  if (periodSeconds > longest) throw violation(`${at}.period_seconds`, `must not exceed ${longest}.`);
  if ((timeoutSeconds || 1) > (periodSeconds || 10))
    throw violation(`${at}.timeout_seconds`, 'must not be greater than period_seconds.');
}
