import type { Registry } from './registry.ts';
import { type Handled, Raw } from './web.ts';

/**
 * Pulling manifests, for all names: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests.
 * Names begin with the host of the registry that this one stands in for. Blobs are not kept.
 */
export const registryApi = (registry: Registry): readonly Handled[] => [
  { method: 'GET', path: /^\/v2\/$/, answer: () => new Raw(200, {}, '{}') },
  {
    method: 'GET',
    path: /^\/v2\/(?<name>.+)\/manifests\/(?<reference>[^/]+)$/,
    answer: ({ groups: { name = '', reference = '' } }) => {
      const manifest = registry.manifest(name, reference);
      if (manifest === undefined) return missing;
      const { mediaType, digest, text } = manifest;
      return new Raw(200, { 'content-type': mediaType, 'docker-content-digest': digest }, text);
    },
  },
];

// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
const missing = new Raw(
  404,
  { 'content-type': 'application/json' },
  JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }),
);
