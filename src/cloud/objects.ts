import { GoogleAuth } from 'google-gax';
import { z } from 'zod';
import { CloudError, grpcCode, reading } from './errors.ts';

/** Milliseconds until Cloud Storage begins to answer. */
const answerMs = 15_000;
const scope = 'https://www.googleapis.com/auth/devstorage.read_only';

// https://cloud.google.com/storage/docs/json_api/v1/objects#resource
const metadataSchema = z.object({ size: z.coerce.number(), updated: z.iso.datetime({ offset: true }) });
const testedSchema = z.object({ permissions: z.array(z.string()).optional() });
const readPermission = 'storage.objects.get';
const errorSchema = z.object({ error: z.object({ message: z.string() }) });

export interface ObjectPlace {
  readonly bucket: string;
  readonly object: string;
}

export type StoredObject =
  | {
      readonly kind: 'found';
      readonly bytes: AsyncIterable<Uint8Array>;
      readonly size: number;
      /** Milliseconds since 1970. */
      readonly updatedAt: number;
    }
  /** It is not there, or slipway may not read it: Google's own words. */
  | { readonly kind: 'none'; readonly why: string };

export type BucketState =
  | { readonly kind: 'readable' | 'denied' }
  /** There is no such bucket, or nobody may ask: Google's own words. */
  | { readonly kind: 'none'; readonly why: string };

/** Objects of Cloud Storage, over its JSON API. Needs storage.objects.get. */
export class CloudObjects {
  readonly #base: string;
  readonly #token: () => Promise<string | undefined>;

  /** @param web what stands in for Google's HTTP APIs, and asks for no token; undefined: the real ones */
  constructor(web: string | undefined) {
    this.#base = web ?? 'https://storage.googleapis.com';
    let auth: GoogleAuth | undefined;
    this.#token = async () => {
      if (web !== undefined) return undefined;
      auth ??= new GoogleAuth({ scopes: [scope] });
      return (await auth.getAccessToken()) ?? undefined;
    };
  }

  /** @throws CloudError when Google does not answer, or otherwise than is known */
  async get({ bucket, object }: ObjectPlace, signal: AbortSignal): Promise<StoredObject> {
    const what = `Reading gs://${bucket}/${object}`;
    const url = `${this.#base}/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(object)}`;
    const described = await reading(what, () => this.#ask(url, signal), signal);
    if (typeof described === 'string') return { kind: 'none', why: described };
    const parsed = metadataSchema.safeParse(await described.json());
    if (!parsed.success) throw new CloudError(`${what}: no object`, grpcCode.INTERNAL, parsed.error);
    const { size, updated } = parsed.data;
    const answer = await reading(what, () => this.#ask(`${url}?alt=media`, signal), signal);
    if (typeof answer === 'string' || answer.body === null)
      return { kind: 'none', why: typeof answer === 'string' ? answer : 'It is empty.' };
    return { kind: 'found', bytes: answer.body, size, updatedAt: Date.parse(updated) };
  }

  /** Whether objects of a bucket may be read, asked without reading any. @throws CloudError when that is not known */
  async readable(bucket: string, signal: AbortSignal): Promise<BucketState> {
    const what = `Asking for permissions on gs://${bucket}`;
    // https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions
    const url = `${this.#base}/storage/v1/b/${encodeURIComponent(bucket)}/iam/testPermissions?permissions=${readPermission}`;
    const answer = await reading(what, () => this.#ask(url, signal), signal);
    if (typeof answer === 'string') return { kind: 'none', why: `gs://${bucket}: ${answer}` };
    const held = testedSchema.safeParse(await answer.json()).data?.permissions ?? [];
    return { kind: held.includes(readPermission) ? 'readable' : 'denied' };
  }

  /** @returns Google's words where the object cannot be had */
  async #ask(url: string, signal: AbortSignal): Promise<Response | string> {
    const token = await this.#token();
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
    }, answerMs);
    try {
      const answer = await fetch(url, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        redirect: 'error',
        signal: AbortSignal.any([signal, late.signal]),
      });
      if (answer.ok) return answer;
      const text = (await answer.text()).slice(0, 2_000);
      const why = `HTTP ${answer.status}: ${errorSchema.safeParse(json(text)).data?.error.message ?? text}`;
      if ([401, 403, 404].includes(answer.status)) return why.slice(0, 300);
      throw new StorageFault(why, answer.status);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof StorageFault ? error : new StorageFault(String(error), 503);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** With gRPC's code of the same meaning, by which it is asked again: https://cloud.google.com/storage/docs/retry-strategy */
class StorageFault extends Error {
  readonly code: number;

  constructor(message: string, status: number) {
    super(message);
    const passing = status >= 500 || status === 429 || status === 408;
    this.code = passing ? grpcCode.UNAVAILABLE : grpcCode.INVALID_ARGUMENT;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
