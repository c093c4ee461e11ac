import { RpcError } from '../errors.ts';
import type { Handled } from '../web.ts';

interface StoredObject {
  readonly bytes: Uint8Array;
  readonly updatedAt: number;
  readonly generation: number;
}

/** Objects of Cloud Storage, by bucket and name. Every bucket that is asked for is there, and empty. */
export class Objects {
  readonly #objects = new Map<string, StoredObject>();
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

  find(bucket: string, object: string): StoredObject {
    const found = this.#objects.get(`${bucket}/${object}`);
    if (found === undefined) throw new RpcError('NOT_FOUND', `No such object: ${bucket}/${object}`);
    return found;
  }
}

/** `objects.get` of the JSON API: https://cloud.google.com/storage/docs/json_api/v1/objects/get */
export const storageApi = (objects: Objects): readonly Handled[] => [
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
