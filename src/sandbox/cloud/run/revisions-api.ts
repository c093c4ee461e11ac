import { invalidArgument, RpcError } from '../errors.ts';
import type { OperationMessage, Operations } from '../operations.ts';
import { pack, page } from '../wire.ts';
import { toRevisionMessage } from './messages.ts';
import type { RevisionRecord, ServiceRecord } from './resources.ts';
import { wantedTraffic } from './routes.ts';
import type { Services } from './services.ts';

interface Found {
  readonly service: ServiceRecord;
  readonly revision: RevisionRecord;
}

/** google.cloud.run.v2.Revisions */
export class Revisions {
  readonly #services: Services;
  readonly #operations: Operations;

  constructor(services: Services, operations: Operations) {
    this.#services = services;
    this.#operations = operations;
  }

  get(request: { readonly name: string }): object {
    const { service, revision } = this.#find(request.name, 'GetRevision');
    return toRevisionMessage(service, revision);
  }

  /** Newest first, as the API lists them. */
  list(request: { readonly parent: string; readonly pageSize: number; readonly pageToken: string }): {
    revisions: object[];
    nextPageToken: string;
  } {
    const service = this.#services.find(request.parent, 'ListRevisions');
    const newest = [...service.revisions.values()].toSorted((one, other) => other.sequence - one.sequence);
    const { items, nextPageToken } = page(newest, request);
    return { revisions: items.map((revision) => toRevisionMessage(service, revision)), nextPageToken };
  }

  /** Refused for the newest revision and for one that can get traffic: https://cloud.google.com/run/docs/managing/revisions */
  async delete(request: {
    readonly name: string;
    readonly validateOnly: boolean;
  }): Promise<OperationMessage> {
    const { service, revision } = this.#find(request.name, 'DeleteRevision');
    const used = wantedTraffic(service).some(
      (target) => (target.revision || service.latestReady) === revision.name,
    );
    if (used || revision.name === service.latestCreated) {
      throw new RpcError(
        'FAILED_PRECONDITION',
        `Revision '${revision.name}' is in use and cannot be deleted.`,
      );
    }
    const response = pack('google.cloud.run.v2.Revision', toRevisionMessage(service, revision));
    if (!request.validateOnly) {
      service.revisions.delete(revision.name);
      await revision.container?.stop();
    }
    const parent = `projects/${service.project}/locations/${service.location}`;
    const resource = `${parent}/services/${service.id}/revisions/${revision.name}`;
    return this.#operations.finished({ parent, resource, metadata: () => response, response });
  }

  #find(name: string, method: string): Found {
    const match = /^(.+)\/revisions\/([^/]+)$/.exec(name);
    if (match === null) throw invalidArgument(`Invalid resource name: '${name}'.`);
    const [, parent = '', short = ''] = match;
    const service = this.#services.find(parent, method);
    const revision = service.revisions.get(short);
    if (revision !== undefined) return { service, revision };
    throw new RpcError(
      'NOT_FOUND',
      `Resource '${short}' of kind 'REVISION' in region '${service.location}' in project '${service.project}' does not exist.`,
    );
  }
}
