import { fromJSON, type ServiceDefinition } from '@grpc/proto-loader';
import { type ClientStub, GoogleAuth, GrpcClient, grpc, routingHeader } from 'google-gax';
import { accessProtos } from './access-protos.ts';
import { callOptions } from './errors.ts';

/** By gRPC service: where Google answers for it. */
const hosts = {
  'google.cloud.resourcemanager.v3.Projects': 'cloudresourcemanager.googleapis.com',
  'google.iam.admin.v1.IAM': 'iam.googleapis.com',
  'google.devtools.artifactregistry.v1.ArtifactRegistry': 'artifactregistry.googleapis.com',
  'google.cloud.secretmanager.v1.SecretManagerService': 'secretmanager.googleapis.com',
} as const;
export type AccessService = keyof typeof hosts;

/** Where a stand-in listens, without TLS and credentials. */
export interface PlainEndpoint {
  readonly apiEndpoint: string;
  readonly port: number;
}

interface Called {
  readonly service: AccessService;
  readonly method: string;
  /** The one field by which Google routes the call. */
  readonly routing: Readonly<Record<string, string>>;
  readonly request: object;
}

/** Calls of APIs of which slipway asks one question each. */
export class AccessCalls {
  readonly #plain: PlainEndpoint | undefined;
  readonly #auth: GoogleAuth;
  readonly #client: GrpcClient;
  readonly #protos = fromJSON(accessProtos as unknown as Parameters<typeof fromJSON>[0], {
    longs: String,
    enums: String,
    defaults: true,
  });
  readonly #stubs = new Map<string, Promise<ClientStub>>();

  constructor(plain: PlainEndpoint | undefined) {
    this.#plain = plain;
    this.#auth = new GoogleAuth({
      scopes: 'https://www.googleapis.com/auth/cloud-platform',
      // Without it gax looks for real credentials to learn the universe they belong to.
      ...(plain === undefined ? {} : { clientOptions: { universeDomain: 'googleapis.com' } }),
    });
    this.#client = new GrpcClient({ auth: this.#auth });
  }

  /** Whether calls need the credentials of this machine. */
  get needsCredentials(): boolean {
    return this.#plain === undefined;
  }

  /** @throws as the library does when there are none, or when Google does not take them. */
  async accessToken(): Promise<void> {
    await this.#auth.getAccessToken();
  }

  /** @throws an error with a gRPC `code`. */
  async call({ service, method, routing, request }: Called): Promise<unknown> {
    const definition = (this.#protos[service] as ServiceDefinition)[method];
    if (definition === undefined) throw new Error(`${service} has no ${method}`);
    const stub = await this.#stub(service);
    const metadata = new grpc.Metadata();
    metadata.set('x-goog-request-params', routingHeader.fromParams(routing));
    const deadline = Date.now() + callOptions.timeout;
    return new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = definition;
      const hear = (error: Error | null, answer?: unknown) => {
        if (error === null) resolve(answer);
        else reject(error);
      };
      stub.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        { deadline },
        hear,
      );
    });
  }

  async close(): Promise<void> {
    const stubs = await Promise.allSettled(this.#stubs.values());
    for (const stub of stubs) if (stub.status === 'fulfilled') stub.value.close();
  }

  async #stub(service: AccessService): Promise<ClientStub> {
    const { apiEndpoint: servicePath, port } = this.#plain ?? { apiEndpoint: hosts[service], port: 443 };
    const address = `${servicePath}:${port}`;
    const known = this.#stubs.get(address);
    if (known !== undefined) return known;
    const sslCreds = this.#plain === undefined ? {} : { sslCreds: grpc.credentials.createInsecure() };
    // gax makes any client with the address, the credentials and the options; this one needs no methods of its own.
    const made = this.#client.createStub(grpc.Client as typeof ClientStub, {
      servicePath,
      port,
      ...sslCreds,
    });
    this.#stubs.set(address, made);
    // What could not be made, for want of credentials, is made again when it is asked for again.
    made.catch(() => this.#stubs.delete(address));
    return made;
  }
}
