import { RpcError } from '../errors.ts';
import type { Access } from '../iam/access.ts';
import type { Handled } from '../web.ts';

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly updatedAt: number;
  readonly generation: number;
}

/** Objects of Cloud Storage, by bucket and name. Every bucket is there but those that were removed. */
export class Objects {
  readonly #objects = new Map<string, StoredObject>();
  readonly #removed = new Set<string>();
  #generation = 0;

  put(bucket: string, object: string, content: string | Uint8Array): void {
    this.#generation += 1;
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    this.#objects.set(`${bucket}/${object}`, {
      bytes,
      updatedAt: Date.now(),
      generation: this.#generation,
    });
  }

  removeBucket(bucket: string): void {
    this.#removed.add(bucket);
  }

  needBucket(bucket: string): void {
    if (this.#removed.has(bucket)) throw new RpcError('NOT_FOUND', 'The specified bucket does not exist.');
  }

  find(bucket: string, object: string): StoredObject {
    this.needBucket(bucket);
    const found = this.#objects.get(`${bucket}/${object}`);
    if (found === undefined) throw new RpcError('NOT_FOUND', `No such object: ${bucket}/${object}`);
    return found;
  }
}

/** `objects.get` and `buckets.testIamPermissions` of https://cloud.google.com/storage/docs/json_api/v1 */
export const storageApi = ({
  objects,
  access,
}: {
  readonly objects: Objects;
  readonly access: Access;
}): readonly Handled[] => [
  {
    method: 'GET',
    path: /^\/storage\/v1\/b\/(?<bucket>[^/]+)\/iam\/testPermissions$/,
    answer: ({ groups: { bucket = '' }, query }) => {
      objects.needBucket(bucket);
      const asked = { resource: `b/${bucket}`, permissions: query.getAll('permissions') };
      return { kind: 'storage#testIamPermissionsResponse', ...access.test(asked) };
    },
  },
  {
    method: 'GET',
    path: /^\/storage\/v1\/b\/(?<bucket>[^/]+)\/o\/(?<object>[^/]+)$/,
    answer: ({ groups: { bucket = '', object = '' }, query }) => {
      const { bytes, updatedAt, generation } = objects.find(bucket, object);
      if (query.get('alt') === 'media') return bytes;
      const at = new Date(updatedAt).toISOString();
      return {
        kind: 'storage#object',
        id: `${bucket}/${object}/${generation}`,
        bucket,
        name: object,
        generation: String(generation),
        size: String(bytes.length),
        timeCreated: at,
        updated: at,
      };
    },
  },
];
