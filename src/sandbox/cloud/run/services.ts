import { invalidArgument, RpcError, violation } from '../errors.ts';
import { permissionDenied } from '../faults.ts';
import type { OperationMessage, Operations } from '../operations.ts';
import { canonical } from '../protos.ts';
import { page } from '../wire.ts';
import { applyMask } from './mask.ts';
import { packService, toServiceMessage } from './messages.ts';
import type { Reconciler } from './reconciler.ts';
import { etagOf, serviceName, type ServiceRecord, type ServiceSpec } from './resources.ts';
import { stopContainers } from './revisions.ts';
import type { Routes } from './routes.ts';
import { CALLER, newService, parseName } from './service-record.ts';
import { completed } from './spec.ts';

export interface ServicesContext {
  readonly reconciler: Reconciler;
  readonly routes: Routes;
  readonly operations: Operations;
  readonly projects: ReadonlySet<string>;
}

export interface Edit {
  /** E-mail, as `lastModifier` shows it. */
  readonly by: string;
  readonly apply: (draft: ServiceRecord['spec']) => void;
}

interface ListRequest {
  readonly parent: string;
  readonly pageSize: number;
  readonly pageToken: string;
}

/** google.cloud.run.v2.Services */
export class Services {
  readonly #context: ServicesContext;
  readonly #services = new Map<string, ServiceRecord>();

  constructor(context: ServicesContext) {
    this.#context = context;
  }

  all(): readonly ServiceRecord[] {
    return [...this.#services.values()];
  }

  /** @throws RpcError NOT_FOUND, or PERMISSION_DENIED for a project that does not exist. */
  find(name: string, method = 'GetService'): ServiceRecord {
    const { project, location, id } = parseName(name);
    if (!this.#context.projects.has(project)) throw permissionDenied(method, name);
    const service = this.#services.get(name);
    if (service !== undefined) return service;
    throw new RpcError(
      'NOT_FOUND',
      `Resource '${id}' of kind 'SERVICE' in region '${location}' in project '${project}' does not exist.`,
    );
  }

  get(request: { readonly name: string }): object {
    return toServiceMessage(this.find(request.name));
  }

  list(request: ListRequest): { services: object[]; nextPageToken: string } {
    const project = /^projects\/([^/]+)\/locations\/[^/]+$/.exec(request.parent)?.[1];
    if (project === undefined) throw invalidArgument(`Invalid parent: '${request.parent}'.`);
    if (!this.#context.projects.has(project)) throw permissionDenied('ListServices', request.parent);
    const found = this.all().filter((service) =>
      serviceName(service).startsWith(`${request.parent}/services/`),
    );
    const { items, nextPageToken } = page(found, request);
    return { services: items.map(toServiceMessage), nextPageToken };
  }

  async create(request: {
    readonly parent: string;
    readonly serviceId: string;
    readonly service: ServiceSpec | null;
    readonly validateOnly: boolean;
  }): Promise<OperationMessage> {
    const at = 'CreateServiceRequest';
    if (request.service === null) throw violation(`${at}.service`, 'required field not present.');
    if (request.service.name !== '') {
      throw violation(`${at}.service`, 'service.name must be empty on CreateServiceRequest.');
    }
    const spec = completed(request.service, { id: request.serviceId, at });
    const name = `${request.parent}/services/${request.serviceId}`;
    if (!this.#context.projects.has(parseName(name).project)) throw permissionDenied('CreateService', name);
    if (this.#services.has(name))
      throw new RpcError('ALREADY_EXISTS', `Resource '${request.serviceId}' already exists.`);
    const service = newService(name, spec);
    if (request.validateOnly) return this.#finished(service);
    return this.#operation(service, this.add(service, spec));
  }

  /** Registers a service and starts its first revision. */
  async add(service: ServiceRecord, spec: ServiceRecord['spec']): Promise<{ work: ServiceRecord['work'] }> {
    this.#services.set(serviceName(service), service);
    service.uri = await this.#context.routes.open(service);
    return { work: this.#context.reconciler.apply(service, spec, CALLER) };
  }

  async update(request: {
    readonly service: ServiceSpec | null;
    readonly updateMask: { readonly paths: readonly string[] } | null;
    readonly validateOnly: boolean;
    readonly allowMissing: boolean;
  }): Promise<OperationMessage> {
    const at = 'UpdateServiceRequest';
    if (request.service === null) throw violation(`${at}.service`, 'required field not present.');
    const { name, etag } = request.service;
    const { id, parent } = parseName(name);
    if (request.allowMissing && !this.#services.has(name)) {
      const missing = { ...request.service, name: '' };
      return this.create({ ...request, service: missing, parent, serviceId: id });
    }
    const service = this.find(name, 'UpdateService');
    checkEtag(service, etag);
    const wanted = applyMask(service.spec, request.service, request.updateMask?.paths ?? []);
    const spec = completed(wanted, { id, at });
    if (request.validateOnly) return this.#finished({ ...service, spec });
    return this.#operation(
      service,
      Promise.resolve({ work: this.#context.reconciler.apply(service, spec, CALLER) }),
    );
  }

  /** A change by somebody else: the same way as an update, without etag and operation. */
  edit(name: string, { by, apply }: Edit): ServiceRecord {
    const service = this.find(name);
    const draft = structuredClone(service.spec);
    apply(draft);
    // In the form of all other specs, or the next update would find differences where there are none.
    const decoded = canonical({ service: 'google.cloud.run.v2.Services', rpc: 'GetService' }, draft);
    const spec = completed(decoded, { id: service.id, at: 'UpdateServiceRequest' });
    void this.#context.reconciler.apply(service, spec, by).catch(() => undefined);
    return service;
  }

  async delete(request: {
    readonly name: string;
    readonly etag: string;
    readonly validateOnly: boolean;
  }): Promise<OperationMessage> {
    const service = this.find(request.name, 'DeleteService');
    checkEtag(service, request.etag);
    if (request.validateOnly) return this.#finished(service);
    service.deleted = true;
    this.#services.delete(request.name);
    this.#context.routes.close(service);
    await stopContainers(service);
    return this.#finished(service);
  }

  async #operation(
    service: ServiceRecord,
    started: Promise<{ work: ServiceRecord['work'] }>,
  ): Promise<OperationMessage> {
    const { work } = await started;
    const metadata = (): ReturnType<typeof packService> => packService(service);
    const resource = serviceName(service);
    return this.#context.operations.start({ parent: parseName(resource).parent, resource, metadata, work });
  }

  #finished(service: ServiceRecord): Promise<OperationMessage> {
    const response = packService(service);
    const resource = serviceName(service);
    const { parent } = parseName(resource);
    return this.#context.operations.finished({ parent, resource, metadata: () => response, response });
  }
}

function checkEtag(service: ServiceRecord, etag: string): void {
  const current = etagOf(service);
  if (etag === '' || etag === current) return;
  throw new RpcError(
    'ABORTED',
    `Conflict for resource '${service.id}': version '${etag}' was specified but current version is '${current}'.`,
  );
}
