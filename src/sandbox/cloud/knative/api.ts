import { invalidArgument, RpcError } from '../errors.ts';
import { permissionDenied } from '../faults.ts';
import type { RevisionRecord, ServiceRecord } from '../run/resources.ts';
import { serviceName } from '../run/resources.ts';
import type { Services } from '../run/services.ts';
import type { Handled, WebRequest } from '../web.ts';
import { parseReplacement, replaceInto } from './replace.ts';
import { API_VERSION, resourceVersion, toRevision, toService } from './resources.ts';

interface State {
  readonly services: Services;
  readonly projects: ReadonlySet<string>;
}

const NAMESPACE = '/apis/serving\\.knative\\.dev/v1/namespaces/(?<project>[^/]+)';

/** Who calls by this way, as `lastModifier` shows it. */
const CALLER = 'operator@example.com';

/**
 * Cloud Run's v1 API, which gcloud speaks, as far as `gcloud run services list|describe|update-traffic|update` and
 * `gcloud run revisions list|describe` call it: https://cloud.google.com/run/docs/reference/rest/v1
 */
export const knativeApi = (state: State): readonly Handled[] => [
  handled('GET', `${NAMESPACE}/services`, (request) =>
    list('Service', servicesOf(state, request).map(toService)),
  ),
  handled('GET', `${NAMESPACE}/services/(?<name>[^/]+)`, (request) => toService(find(state, request))),
  handled('PUT', `${NAMESPACE}/services/(?<name>[^/]+)`, (request) => replace(state, request)),
  handled('GET', `${NAMESPACE}/revisions`, (request) =>
    list(
      'Revision',
      revisionsOf(state, request).map(({ service, revision }) => toRevision(service, revision)),
    ),
  ),
  handled('GET', `${NAMESPACE}/revisions/(?<name>[^/]+)`, (request) => revision(state, request)),
  // Without --region gcloud lists the services of all regions at once, and asks for the regions when it offers a choice.
  handled('GET', '/v1/projects/(?<project>[^/]+)/locations', (request) => locations(state, request)),
  handled('GET', '/v1/projects/(?<project>[^/]+)/locations/(?<region>[^/]+)/services', (request) =>
    list('Service', servicesOf(state, request).map(toService)),
  ),
];

const handled = (method: string, path: string, answer: Handled['answer']): Handled => ({
  method,
  path: new RegExp(`^${path}$`),
  answer,
});

const list = (kind: string, items: readonly object[]): object => ({
  apiVersion: API_VERSION,
  kind: `${kind}List`,
  metadata: {},
  items,
});

/** Given `--region`, gcloud puts it before the host name: `us-central1-HOST`. */
const regionOf = ({ host, groups }: WebRequest): string =>
  groups['region'] ?? /^[a-z]+-[a-z]+\d+(?=-)/.exec(host)?.[0] ?? '-';

function servicesOf({ services, projects }: State, request: WebRequest): ServiceRecord[] {
  const { project = '' } = request.groups;
  if (!projects.has(project)) throw permissionDenied('ListServices', `namespaces/${project}`);
  const region = regionOf(request);
  return services
    .all()
    .filter((each) => each.project === project && (region === '-' || each.location === region));
}

function find(state: State, request: WebRequest): ServiceRecord {
  const { name = '', project = '' } = request.groups;
  const service = servicesOf(state, request).find(({ id }) => id === name);
  if (service !== undefined) return service;
  throw new RpcError(
    'NOT_FOUND',
    `Resource '${name}' of kind 'SERVICE' in project '${project}' does not exist.`,
  );
}

/** `serving.knative.dev/service=NAME`, as gcloud's --service sends it. */
const SELECTOR = /^\s*serving\.knative\.dev\/service\s*={1,2}\s*([\w-]+)\s*$/;

function revisionsOf(
  state: State,
  request: WebRequest,
): { readonly service: ServiceRecord; readonly revision: RevisionRecord }[] {
  const selector = request.query.get('labelSelector') ?? '';
  const wanted = SELECTOR.exec(selector)?.[1];
  if (selector !== '' && wanted === undefined) {
    throw invalidArgument(
      `labelSelector: '${selector}' cannot be used; serving.knative.dev/service=NAME can.`,
    );
  }
  return servicesOf(state, request)
    .filter(({ id }) => wanted === undefined || id === wanted)
    .flatMap((service) =>
      [...service.revisions.values()].toReversed().map((each) => ({ service, revision: each })),
    );
}

function revision(state: State, request: WebRequest): object {
  const { name = '', project = '' } = request.groups;
  const all = revisionsOf(state, request);
  const found = all.find((each) => each.revision.name === name);
  if (found !== undefined) return toRevision(found.service, found.revision);
  throw new RpcError(
    'NOT_FOUND',
    `Resource '${name}' of kind 'REVISION' in project '${project}' does not exist.`,
  );
}

/** https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services/replaceService */
function replace(state: State, request: WebRequest): object {
  const service = find(state, request);
  const wanted = parseReplacement(request.body);
  if (wanted.metadata.name !== service.id) {
    throw invalidArgument(`metadata.name: expected '${service.id}', got '${wanted.metadata.name}'.`);
  }
  const [given, current] = [wanted.metadata.resourceVersion, resourceVersion(service)];
  if (given !== undefined && given !== current) {
    throw new RpcError(
      'ABORTED',
      `Conflict for resource '${service.id}': version '${given}' was specified but current version is '${current}'.`,
    );
  }
  if (request.query.get('dryRun') === 'all') return toService(service);
  const change = {
    by: CALLER,
    apply: (draft: ServiceRecord['spec']) => {
      replaceInto(draft, wanted);
    },
  };
  return toService(state.services.edit(serviceName(service), change));
}

function locations({ services }: State, request: WebRequest): object {
  const { project = '' } = request.groups;
  const regions = new Set(
    services.all().flatMap((each) => (each.project === project ? [each.location] : [])),
  );
  return {
    locations: [...regions].map((region) => ({
      name: `projects/${project}/locations/${region}`,
      locationId: region,
      displayName: region,
    })),
  };
}
