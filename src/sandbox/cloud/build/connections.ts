import { RpcError } from '../errors.ts';

export interface ConnectionState {
  /** https://cloud.google.com/build/docs/api/reference/rest/v2/projects.locations.connections#Stage */
  readonly stage: 'PENDING_CREATE_APP' | 'PENDING_USER_OAUTH' | 'PENDING_INSTALL_APP' | 'COMPLETE';
  readonly message?: string;
  readonly disabled?: boolean;
}

/** google.devtools.cloudbuild.v2.RepositoryManager, to read only. */
export class Connections {
  readonly #connections = new Map<string, ConnectionState>();
  readonly #repositories = new Map<string, string>();

  /** Connects `projects/P/locations/R/connections/C/repositories/N`, or changes the state of its connection. */
  connect(repository: string, remoteUri: string, state: ConnectionState = { stage: 'COMPLETE' }): void {
    this.#connections.set(repository.split('/repositories/')[0] ?? '', state);
    this.#repositories.set(repository, remoteUri);
  }

  connection({ name }: { readonly name: string }): object {
    const state = this.#connections.get(name);
    if (state === undefined) throw notFound(name);
    const { stage, message = '', disabled = false } = state;
    return { name, disabled, installationState: { stage, message, actionUri: '' } };
  }

  repository({ name }: { readonly name: string }): object {
    const remoteUri = this.#repositories.get(name);
    if (remoteUri === undefined) throw notFound(name);
    return { name, remoteUri };
  }
}

const notFound = (name: string): RpcError => new RpcError('NOT_FOUND', `Resource '${name}' was not found`);
