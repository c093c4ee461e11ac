import { createHash } from 'node:crypto';
import { behaviourOf } from './refs.ts';

export interface BuiltFrom {
  readonly image: string;
  readonly ref: string;
  readonly buildId: string;
}

export interface Manifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly text: string;
}

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** MB, of an image whose ref says nothing else. */
const USUAL = 150;
const CONFIG = 7_012;
/** How an image is made up of its layers. */
const SHARES = [0.5, 0.3, 0.2] as const;

/** The stand-in for Artifact Registry: which ref an image was built from, and its manifests. One for all projects. */
export class Registry {
  readonly #refs = new Map<string, string>();
  /** By `name@digest` and `name:tag`. */
  readonly #manifests = new Map<string, Manifest>();

  /** Stores an image under its digest and its tag (`latest` when it names none); the digest comes back. */
  push(built: BuiltFrom): string {
    const { name, tag = 'latest' } = parseImage(built.image);
    const index = this.#indexOf(name, built);
    for (const key of [`${name}@${index.digest}`, `${name}:${tag}`]) {
      this.#refs.set(key, built.ref);
      this.#manifests.set(key, index);
    }
    return index.digest;
  }

  /** The ref behind `name@sha256:…`, `name:tag` or `name`; undefined when nobody pushed it. A digest outranks a tag. */
  refOf(image: string): string | undefined {
    return this.#refs.get(keyOf(image));
  }

  /** The digest of the same; undefined when nobody pushed it. */
  digestOf(image: string): string | undefined {
    return this.#manifests.get(keyOf(image))?.digest;
  }

  /** @param reference a tag or a digest */
  manifest(name: string, reference: string): Manifest | undefined {
    return this.#manifests.get(`${name}${reference.includes(':') ? '@' : ':'}${reference}`);
  }

  /** Two platforms and an attestation, as buildx pushes them. */
  #indexOf(name: string, { ref, buildId }: BuiltFrom): Manifest {
    const size = (behaviourOf(ref)?.imageSize ?? USUAL) * 1e6;
    const platforms = [
      { os: 'linux', architecture: 'arm64', size: size * 0.9 },
      { os: 'linux', architecture: 'amd64', size },
      { os: 'unknown', architecture: 'unknown', size: 20_000 },
    ];
    const manifests = platforms.map(({ size: bytes, ...platform }) => {
      const manifest = manifestOf(`${name} ${ref} ${platform.architecture}`, bytes);
      this.#manifests.set(`${name}@${manifest.digest}`, manifest);
      const { mediaType, digest, text } = manifest;
      return { mediaType, digest, size: text.length, platform };
    });
    return stored(INDEX, { manifests, annotations: { name, ref, build: buildId } });
  }
}

function keyOf(image: string): string {
  const { name, tag, digest } = parseImage(image);
  return digest ? `${name}@${digest}` : `${name}:${tag ?? 'latest'}`;
}

function manifestOf(seed: string, size: number): Manifest {
  const blob = (kind: string, bytes: number) => ({
    mediaType: `application/vnd.oci.image.${kind}`,
    digest: digestOf(`${seed} ${kind} ${bytes}`),
    size: Math.round(bytes),
  });
  const layers = SHARES.map((share) => blob('layer.v1.tar+gzip', (size - CONFIG) * share));
  return stored(MANIFEST, { config: blob('config.v1+json', CONFIG), layers });
}

/** What is stored is known by the hash of its very text. */
function stored(mediaType: string, content: object): Manifest {
  const text = JSON.stringify({ schemaVersion: 2, mediaType, ...content });
  return { mediaType, digest: digestOf(text), text };
}

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

interface ImageName {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

function parseImage(image: string): ImageName {
  const [path = '', digest] = image.split('@');
  // A colon before the last slash belongs to a registry's port, not to a tag.
  const colon = path.lastIndexOf(':');
  const tagged = colon > path.lastIndexOf('/');
  return {
    name: tagged ? path.slice(0, colon) : path,
    tag: tagged ? path.slice(colon + 1) : undefined,
    digest,
  };
}
