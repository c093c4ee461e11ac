import type { Parts } from './compose.ts';
import { RpcError } from './errors.ts';
import {
  envInto,
  handPage,
  parseBalancer,
  parseEnv,
  parseTraffic,
  SOMEBODY,
  type Split,
  splitInto,
} from './hand.ts';
import type { OperationView } from './operations.ts';
import { serviceName, type ServiceRecord } from './run/resources.ts';
import {
  buildView,
  type BuildView,
  revisionView,
  type RevisionView,
  serviceView,
  type ServiceView,
} from './views.ts';
import type { Handled } from './web.ts';

/** What an edit from outside may change. */
export type ServiceDraft = Pick<ServiceRecord['spec'], 'traffic' | 'template' | 'labels' | 'annotations'>;

/** What tests and the demo see of the state, and change in it, from outside of the API. */
export interface Windows {
  /** `name` is full, or "project/service"; undefined when there is no such service. */
  service(name: string): ServiceView | undefined;
  /** Oldest first; empty for an unknown service. */
  revisions(name: string): readonly RevisionView[];
  /** Every build ever created, oldest first. */
  builds(): readonly BuildView[];
  /** How long the work on services and builds took; oldest first. */
  operations(): readonly OperationView[];
  /** Somebody else's hand, from outside. @throws RpcError NOT_FOUND, or what an update would be refused with. */
  editService(name: string, change: (draft: ServiceDraft) => void): void;
  /** The same for revision, or LATEST, → percent; tags stay. */
  editTraffic(name: string, split: Split): void;
  /** The same for environment variables: a new revision comes of it. */
  editEnv(name: string, env: Readonly<Record<string, string>>): void;
}

export function windows(parts: Parts): Windows {
  const find = (name: string): ServiceRecord | undefined =>
    parts.services.all().find((each) => serviceName(each) === name || `${each.project}/${each.id}` === name);
  const edit = (name: string, apply: (draft: ServiceRecord['spec']) => void): void => {
    const service = find(name);
    if (service === undefined) throw new RpcError('NOT_FOUND', `There is no service '${name}'.`);
    parts.services.edit(serviceName(service), { by: SOMEBODY, apply });
  };
  return {
    service: (name) => {
      const service = find(name);
      return service && serviceView(service);
    },
    revisions: (name) => [...(find(name)?.revisions.values() ?? [])].map(revisionView),
    builds: () => parts.builds.all().map(buildView),
    operations: () => parts.operations.views(),
    editService: edit,
    editTraffic: (name, split) => {
      edit(name, (draft) => {
        splitInto(draft, split);
      });
    },
    editEnv: (name, env) => {
      edit(name, (draft) => {
        envInto(draft, env);
      });
    },
  };
}

/** The same over HTTP, for curl and for a browser. */
export const handApi = (parts: Parts, view: Windows): readonly Handled[] => [
  { method: 'GET', path: /^\/(sandbox\/cloud)?$/, answer: () => handPage(parts.services.all()) },
  {
    method: 'POST',
    path: /^\/sandbox\/cloud\/traffic$/,
    answer: ({ body }) => {
      const { service: name, to } = parseTraffic(body);
      view.editTraffic(name, to);
      return shown(view.service(name));
    },
  },
  {
    method: 'POST',
    path: /^\/sandbox\/cloud\/load-balancer$/,
    answer: ({ body }) => {
      const { project, timeout } = parseBalancer(body);
      parts.routes.setTimeout(project, timeout);
      return { project, timeout };
    },
  },
  {
    method: 'POST',
    path: /^\/sandbox\/cloud\/env$/,
    answer: ({ body }) => {
      const { service: name, name: variable, value } = parseEnv(body);
      view.editEnv(name, { [variable]: value });
      return shown(view.service(name));
    },
  },
];

function shown(service: ServiceView | undefined): object {
  if (service === undefined) return {};
  const { name, generation, lastModifier, traffic, env } = service;
  return { name, generation, lastModifier, traffic, env };
}
