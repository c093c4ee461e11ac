import { invalidArgument, RpcError } from '../errors.ts';

interface TestRequest {
  readonly resource: string;
  readonly permissions: readonly string[];
}

type Version = 'ENABLED' | 'DISABLED' | 'DESTROYED';

/**
 * What the caller may do, and which secrets there are. Everybody may do everything until a permission is taken away;
 * what is asked is not enforced by other calls: `faults.fail` does that.
 */
export class Access {
  /** Permission → resources on which it is taken; `*`: on all. */
  readonly #taken = new Map<string, Set<string>>();
  /** `projects/P/secrets/S` → versions, the first of which is 1. */
  readonly #secrets = new Map<string, Version[]>();

  /** From now on the caller does not have it, on that resource or on all. */
  take(permission: string, resource = '*'): void {
    this.#taken.set(permission, (this.#taken.get(permission) ?? new Set()).add(resource));
  }

  give(permission: string): void {
    this.#taken.delete(permission);
  }

  /** Adds a version to the secret `projects/P/secrets/S`. */
  addSecret(name: string, state: Version = 'ENABLED'): void {
    this.#secrets.set(name, [...(this.#secrets.get(name) ?? []), state]);
  }

  /** "The set of permissions … Permissions with wildcards are not allowed": google/iam/v1/iam_policy.proto */
  test({ resource, permissions }: TestRequest): { permissions: readonly string[] } {
    if (permissions.some((permission) => permission.includes('*')))
      throw invalidArgument('Permissions with wildcards are not allowed.');
    const isTaken = (permission: string) => {
      const resources = this.#taken.get(permission);
      return resources?.has('*') === true || resources?.has(resource) === true;
    };
    return { permissions: permissions.filter((permission) => !isTaken(permission)) };
  }

  /** Without the value: that is AccessSecretVersion's, which nobody calls here. */
  secretVersion({ name }: { readonly name: string }): { name: string; state: Version } {
    const [, secret = '', version = ''] =
      /^(projects\/[^/]+\/secrets\/[^/]+)\/versions\/([^/]+)$/.exec(name) ?? [];
    if (secret === '')
      throw invalidArgument(`The provided Secret Version ID [${name}] does not match the expected format.`);
    if (this.#taken.has('secretmanager.versions.get'))
      throw new RpcError(
        'PERMISSION_DENIED',
        `Permission 'secretmanager.versions.get' denied for resource '${name}' (or it may not exist).`,
      );
    const versions = this.#secrets.get(secret) ?? [];
    const number = version === 'latest' ? versions.length : Number(version);
    const state = versions[number - 1];
    if (state === undefined)
      throw new RpcError('NOT_FOUND', `Secret [${secret}] not found or has no versions.`);
    return { name: `${secret}/versions/${number}`, state };
  }
}
