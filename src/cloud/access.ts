import { z } from 'zod';
import type { AccessService } from './access-calls.ts';
import type { GoogleClients } from './clients.ts';
import { CloudError, callOptions, grpcCode, reading } from './errors.ts';

/** What a permission is asked about, by its full name. */
export type Resource =
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'project'; readonly name: string }
  | { readonly kind: 'account'; readonly name: string }
  | { readonly kind: 'registry'; readonly name: string }
  | { readonly kind: 'job'; readonly name: string };

interface Asked {
  readonly resource: string;
  readonly permissions: string[];
}

/** Whether a version of a secret may be used. */
export type SecretState = 'ENABLED' | 'DISABLED' | 'DESTROYED' | 'STATE_UNSPECIFIED' | 'MISSING';

type Others = Exclude<Resource, { kind: 'service' | 'job' }>;

const testedSchema = z.object({ permissions: z.array(z.string()).nullish() });
const versionSchema = z.object({ state: z.enum(['ENABLED', 'DISABLED', 'DESTROYED', 'STATE_UNSPECIFIED']) });

const services = {
  project: 'google.cloud.resourcemanager.v3.Projects',
  account: 'google.iam.admin.v1.IAM',
  registry: 'google.devtools.artifactregistry.v1.ArtifactRegistry',
} as const satisfies Record<Others['kind'], AccessService>;

/** The library's own words for credentials that are not there: google-auth-library, src/auth/googleauth.ts. */
const noCredentials = /Could not load the default credentials|Unable to detect a Project Id/;
/** Credentials that Google no longer takes: https://developers.google.com/identity/protocols/oauth2#expiration */
const refused = /invalid_grant|invalid_rapt|unauthorized_client|account_disabled/;

/** What the account that slipway runs as may do, asked without doing it. */
export class Access {
  readonly #google: GoogleClients;

  constructor(google: GoogleClients) {
    this.#google = google;
  }

  /**
   * Which of the permissions the account does not have. The call needs none itself:
   * https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions
   */
  async missing(
    resource: Resource,
    permissions: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const request = { resource: resource.name, permissions: [...permissions] };
    const answer = await reading(
      `Asking for permissions on ${resource.name}`,
      async () => this.#ask(resource, request),
      signal,
    );
    const held = new Set(testedSchema.parse(answer).permissions ?? []);
    return permissions.filter((permission) => !held.has(permission));
  }

  /** @param name `projects/P/secrets/S/versions/V`, where V may be `latest` or an alias. */
  async secret(name: string, signal: AbortSignal): Promise<SecretState> {
    const service = 'google.cloud.secretmanager.v1.SecretManagerService';
    const request = { name };
    const call = async () =>
      this.#google.access.call({ service, method: 'GetSecretVersion', routing: request, request });
    try {
      return versionSchema.parse(await reading(`Reading ${name}`, call, signal)).state;
    } catch (error) {
      if (error instanceof CloudError && error.code === grpcCode.NOT_FOUND) return 'MISSING';
      throw error;
    }
  }

  /**
   * Why the credentials of this machine cannot be used, in the library's words; undefined when they can, or when none
   * are needed. @throws when that could not be determined
   */
  async credentialProblem(): Promise<string | undefined> {
    if (!this.#google.access.needsCredentials) return undefined;
    try {
      await this.#google.access.accessToken();
      return undefined;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (noCredentials.test(text) || refused.test(text)) return text;
      throw error;
    }
  }

  async #ask(resource: Resource, request: Asked): Promise<unknown> {
    switch (resource.kind) {
      case 'service':
        return (await this.#google.services.testIamPermissions(request, callOptions))[0];
      case 'job':
        return (await this.#google.jobs.testIamPermissions(request, callOptions))[0];
      default:
        return this.#ofOther(resource, request);
    }
  }

  async #ofOther({ kind }: Others, request: Asked): Promise<unknown> {
    const routing = { resource: request.resource };
    return this.#google.access.call({
      service: services[kind],
      method: 'TestIamPermissions',
      routing,
      request,
    });
  }
}
