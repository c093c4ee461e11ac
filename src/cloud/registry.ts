import { z } from 'zod';

/** Milliseconds for one answer. */
const withinMs = 5_000;
/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests: larger ones may be refused. */
const mostBytes = 4 * 1_024 * 1_024;

// https://github.com/opencontainers/image-spec/blob/main/manifest.md, …/image-index.md, and Docker's own of the same shape:
// https://distribution.github.io/distribution/spec/manifest-v2-2/
const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const digest = z.string().regex(/^[a-z0-9+._-]{1,32}:[A-Fa-f0-9]{32,128}$/);
const blob = z.object({ size: z.number().int().nonnegative() });
const manifestSchema = z.object({ config: blob, layers: z.array(blob) });
const indexSchema = z.object({
  manifests: z.array(
    z.object({
      digest,
      platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
    }),
  ),
});

/** Google's registries take an access token as it is: https://cloud.google.com/artifact-registry/docs/docker/authentication#token */
const googles = /^(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]{2,4}\.)?gcr\.io)$/;

export interface RegistryOptions {
  /** Stands in for every registry; no token is sent to it. Absent: each image is asked for where its name says. */
  readonly url?: string | undefined;
  /** A Google access token, for Google's registries. */
  readonly token: () => Promise<string | null | undefined>;
}

/** What cannot be read of an image, in words for people. */
class RegistryError extends Error {
  override readonly name = 'RegistryError';
}

/** The registry of images, as far as slipway uses it: pull, without the layers themselves. */
export class ImageRegistry {
  readonly #options: RegistryOptions;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /**
   * Bytes that an instance of Cloud Run fetches: configuration and layers, compressed, of linux/amd64.
   * @throws RegistryError for whatever the registry says or does; the signal's reason when aborted.
   */
  async size(image: string, signal: AbortSignal): Promise<number> {
    const { name, reference } = partsOf(image);
    const place = await this.#placeOf(name);
    let manifest = await manifestOf(place, reference, signal);
    const index = indexSchema.safeParse(manifest);
    if (index.success) {
      // Cloud Run runs no other: https://cloud.google.com/run/docs/container-contract#executable
      const fit = index.data.manifests.find(
        ({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64',
      );
      if (fit === undefined) throw new RegistryError('the image has nothing for linux/amd64');
      manifest = await manifestOf(place, fit.digest, signal);
    }
    const parsed = manifestSchema.safeParse(manifest);
    if (!parsed.success) throw new RegistryError('the registry answered with something that is no manifest');
    return [parsed.data.config, ...parsed.data.layers].reduce((sum, { size }) => sum + size, 0);
  }

  async #placeOf(name: string): Promise<Place> {
    const [host = '', ...path] = name.split('/');
    const { url, token } = this.#options;
    if (url !== undefined) return { url: `${url.replace(/\/$/, '')}/v2/${name}`, headers: {} };
    if (!googles.test(host)) throw new RegistryError(`${host} is no registry of Google, so it is not asked`);
    const authorization = await token().catch(() => undefined);
    if (!authorization) throw new RegistryError('there are no Google credentials for the registry');
    return {
      url: `https://${host}/v2/${path.join('/')}`,
      headers: { authorization: `Bearer ${authorization}` },
    };
  }
}

interface Place {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The name holds nothing that would mean something else in an address. */
function partsOf(image: string): { readonly name: string; readonly reference: string } {
  const [, name, tag, byDigest] =
    /^([a-z0-9.-]+(?::\d{1,5})?(?:\/[a-z0-9][a-z0-9._-]*)+)(?::([\w][\w.-]{0,127}))?(?:@(.+))?$/i.exec(
      image,
    ) ?? [];
  if (name === undefined || (byDigest !== undefined && !digest.safeParse(byDigest).success))
    throw new RegistryError('the name of the image cannot be read');
  return { name, reference: byDigest ?? tag ?? 'latest' };
}

async function manifestOf({ url, headers }: Place, reference: string, signal: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(`${url}/manifests/${reference}`, {
      headers: { ...headers, accept: accepted },
      // Following one would hand the token to another place.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]),
    });
    if (response.status !== 200) throw new RegistryError(`the registry answered ${response.status}`);
    return JSON.parse(await textOf(response));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RegistryError) throw error;
    throw new RegistryError('the registry gave no answer that can be read', { cause: error });
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > mostBytes) throw new RegistryError('the manifest is larger than 4 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
