import { violation } from '../errors.ts';
import type { ServiceSpec } from './resources.ts';

// Server-owned fields: ignored in a request, as google.api.field_behavior OUTPUT_ONLY demands (https://google.aip.dev/203).
const OUTPUT_ONLY = new Set([
  'name',
  'uid',
  'generation',
  'createTime',
  'updateTime',
  'deleteTime',
  'expireTime',
  'creator',
  'lastModifier',
  'observedGeneration',
  'terminalCondition',
  'conditions',
  'latestReadyRevision',
  'latestCreatedRevision',
  'trafficStatuses',
  'uri',
  'urls',
  'satisfiesPzs',
  'reconciling',
  'etag',
  'threatDetectionEnabled',
]); // prettier-ignore

/** The spec after an update. No mask (or `*`) replaces all of it; a mask replaces what its paths name. */
export function applyMask(current: ServiceSpec, wanted: ServiceSpec, paths: readonly string[]): ServiceSpec {
  const incoming = writable(wanted);
  if (paths.length === 0 || paths.includes('*')) return { ...incoming, name: current.name };
  const next = structuredClone(current);
  for (const path of paths.map(camelCase)) {
    const keys = path.split('.');
    if (OUTPUT_ONLY.has(keys[0] ?? '')) continue;
    copy(keys, incoming, next);
  }
  return next;
}

/** A Service without the fields that the server owns. */
export function writable(spec: ServiceSpec): ServiceSpec {
  const clone = structuredClone(spec);
  for (const field of OUTPUT_ONLY) if (field !== 'name') Reflect.deleteProperty(clone, field);
  return { ...clone, etag: '' };
}

type Node = Record<string, unknown>;

function copy(keys: readonly string[], from: Node, into: Node): void {
  const [key = '', ...rest] = keys;
  if (!(key in into) && !(key in from)) {
    throw violation('UpdateServiceRequest.update_mask', `unknown field '${key}'.`);
  }
  const [source, target] = [from[key], into[key]];
  if (rest.length === 0 || !isNode(source) || !isNode(target)) into[key] = source;
  else copy(rest, source, target);
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const camelCase = (path: string): string =>
  path.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
