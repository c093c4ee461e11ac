import { createHash } from 'node:crypto';

export interface BuiltFrom {
  readonly image: string;
  readonly ref: string;
  readonly buildId: string;
}

/** The stand-in for Artifact Registry: which ref an image was built from. One for all projects. */
export class Registry {
  readonly #refs = new Map<string, string>();
  readonly #digests = new Map<string, string>();

  /** Stores an image under its digest and its tag (`latest` when it names none); the digest comes back. */
  push(built: BuiltFrom): string {
    const { name, tag } = parseImage(built.image);
    const digest = `sha256:${createHash('sha256').update(`${name}\n${built.ref}\n${built.buildId}`).digest('hex')}`;
    for (const key of [`${name}@${digest}`, `${name}:${tag ?? 'latest'}`]) {
      this.#refs.set(key, built.ref);
      this.#digests.set(key, digest);
    }
    return digest;
  }

  /** The ref behind `name@sha256:…`, `name:tag` or `name`; undefined when nobody pushed it. A digest outranks a tag. */
  refOf(image: string): string | undefined {
    return this.#refs.get(keyOf(image));
  }

  /** The digest of the same; undefined when nobody pushed it. */
  digestOf(image: string): string | undefined {
    return this.#digests.get(keyOf(image));
  }
}

function keyOf(image: string): string {
  const { name, tag, digest } = parseImage(image);
  return digest ? `${name}@${digest}` : `${name}:${tag ?? 'latest'}`;
}

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
