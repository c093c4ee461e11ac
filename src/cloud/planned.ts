import type { Deployed } from '../domain/change.ts';
import type { Target } from '../domain/target.ts';
import { deployedOf } from './deployed.ts';
import { wantedIngress } from './ingress.ts';
import type { CloudRun } from './run.ts';
import type { ServiceView } from './service-view.ts';
import { wantedTemplate, wishHash } from './template.ts';

export interface Planning {
  readonly target: Target;
  /** `name@sha256:…`; before the build, in words what it will be built from. */
  readonly image: string;
  /** Full commit. Absent: not known. */
  readonly commit?: string | undefined;
}

/** What a deploy would make of what there is. */
export interface Planned {
  /** Absent: the service does not exist yet. */
  readonly service: ServiceView | undefined;
  /** What serves now; of several revisions the one with most of the traffic. Absent: nothing serves. */
  readonly before: Deployed | undefined;
  readonly after: Deployed;
  /** Hash of all that would be written: what an approval is bound to. */
  readonly wish: string;
}

/**
 * Reads what there is and thinks the deploy through; nothing is written. It begins from the service's template, as
 * Cloud Run's own tools do, and is compared with what serves, which may be another one: users see that difference.
 */
export async function planDeploy(
  run: Pick<CloudRun, 'service' | 'revision'>,
  { target, image, commit }: Planning,
  signal: AbortSignal,
): Promise<Planned> {
  const service = await run.service(target, signal);
  const ingress = service?.raw.ingress;
  const [serving] = service?.serving ?? [];
  const revision = serving === undefined ? undefined : await run.revision(target, serving.revision, signal);
  const wanted = target.template;
  const template = wantedTemplate(service?.raw.template, {
    revision: '',
    operation: '',
    image,
    commit,
    wanted,
  });
  const opening = wantedIngress(wanted);
  return {
    service,
    before: revision === undefined ? undefined : deployedOf(revision, ingress),
    after: { ...deployedOf(template, opening.ingress ?? ingress), commit },
    wish: wishHash(template, opening),
  };
}
