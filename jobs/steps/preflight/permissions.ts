import type { Resource } from '../../../src/cloud/access.ts';
import { serviceName } from '../../../src/cloud/names.ts';
import type { ServiceView } from '../../../src/cloud/service-view.ts';
import type { StepName } from '../../../src/domain/plan.ts';
import type { Target } from '../../../src/domain/target.ts';

/** What one step must be allowed to do on one thing. */
export interface Need {
  readonly step: StepName;
  readonly resource: Resource;
  readonly permissions: readonly string[];
  /** The role that brings them, for whoever grants it. */
  readonly role: string;
  /** What cannot be done without them. */
  readonly prevents: string;
  /** Why it may be done all the same: then it is told, and stops nothing. */
  readonly doubt?: string;
}

export interface Facts {
  readonly target: Target;
  readonly service: ServiceView | undefined;
  /** Who builds; absent: the image is there already. */
  readonly build: 'cloud-build' | 'docker' | undefined;
}

/**
 * Which permissions which step needs, asked where they can be granted most narrowly: whoever has them further up has
 * them there as well. Sources: https://cloud.google.com/run/docs/reference/iam/permissions,
 * https://cloud.google.com/build/docs/iam-roles-permissions,
 * https://cloud.google.com/iam/docs/service-account-permissions and
 * https://cloud.google.com/artifact-registry/docs/access-control. Who calls what stands in docs/security.md.
 */
export function needsOf(facts: Facts): readonly Need[] {
  return [...buildNeeds(facts), ...candidateNeeds(facts), ...shiftNeeds(facts)];
}

function buildNeeds({ target, build }: Facts): readonly Need[] {
  const what = { step: 'build', prevents: `Build the image of ${target.service}` } as const;
  if (build === 'docker')
    return registryNeeds(target, {
      ...what,
      permissions: ['artifactregistry.repositories.uploadArtifacts'],
      doubt: 'Docker may push with other credentials',
    });
  if (build === undefined) return [];
  const builds = {
    ...what,
    resource: projectOf(target),
    permissions: ['cloudbuild.builds.create', 'cloudbuild.builds.get', 'cloudbuild.builds.list'],
    role: 'roles/cloudbuild.builds.editor',
  };
  return [builds, ...accountNeeds(target.build.serviceAccount, what)];
}

function candidateNeeds({ target, service }: Facts): readonly Need[] {
  const what = { step: 'candidate', prevents: `Create a revision of ${target.service}` } as const;
  const making: Need =
    service === undefined
      ? {
          ...what,
          resource: projectOf(target),
          permissions: ['run.services.create'],
          role: 'roles/run.developer',
        }
      : { ...onService(target), ...what };
  const account = target.template?.serviceAccount ?? service?.raw.template?.serviceAccount ?? undefined;
  return [
    making,
    // Without a name it is the default account of the project, whose name holds a number that is not known here.
    ...accountNeeds(account || undefined, what),
    ...registryNeeds(target, { ...what, permissions: ['artifactregistry.repositories.downloadArtifacts'] }),
  ];
}

function shiftNeeds({ target, service }: Facts): readonly Need[] {
  const prevents = `Move the traffic of ${target.service}`;
  return service === undefined ? [] : [{ ...onService(target), step: 'shift', prevents }];
}

function onService(target: Target) {
  return {
    resource: { kind: 'service', name: serviceName(target) },
    permissions: ['run.services.get', 'run.services.update'],
    role: 'roles/run.developer',
  } as const;
}

function projectOf({ project }: Target): Resource {
  return { kind: 'project', name: `projects/${project}` };
}

function accountNeeds(account: string | undefined, what: Pick<Need, 'step' | 'prevents'>): readonly Need[] {
  const email = account?.split('/').at(-1);
  if (email === undefined) return [];
  // The project is found by the address: https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts
  const resource = { kind: 'account', name: `projects/-/serviceAccounts/${email}` } as const;
  return [
    { ...what, resource, permissions: ['iam.serviceAccounts.actAs'], role: 'roles/iam.serviceAccountUser' },
  ];
}

/** `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/…`; other registries have other permissions. */
function registryNeeds(
  { build: { image } }: Target,
  what: Pick<Need, 'step' | 'prevents' | 'permissions' | 'doubt'>,
): readonly Need[] {
  const [, location, project, repository] =
    /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\//.exec(image) ?? [];
  if (location === undefined || project === undefined || repository === undefined) return [];
  const resource = {
    kind: 'registry',
    name: `projects/${project}/locations/${location}/repositories/${repository}`,
  } as const;
  const role = what.step === 'build' ? 'roles/artifactregistry.writer' : 'roles/artifactregistry.reader';
  return [{ ...what, resource, role }];
}
