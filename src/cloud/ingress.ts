import type { protos } from '@google-cloud/run';
import type { Ingress, WantedTemplate } from '../domain/template.ts';
import { enumName } from './enum-name.ts';
import { type IngressName, ingressTraffic } from './enums.ts';

type RunService = protos.google.cloud.run.v2.IService;

const names = {
  all: 'INGRESS_TRAFFIC_ALL',
  internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
  'internal-and-cloud-load-balancing': 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
} as const satisfies Record<Ingress, IngressName>;

/** In our word, or in Cloud Run's own when it is none of ours; undefined when it says none. */
export function ingressOf(ingress: RunService['ingress']): string | undefined {
  const name = enumName(ingressTraffic, ingress);
  if (name === '' || name === 'INGRESS_TRAFFIC_UNSPECIFIED') return undefined;
  return Object.entries(names).find(([, each]) => each === name)?.[0] ?? name.toLowerCase();
}

/** What `ingressOf` gave, as Cloud Run takes it. */
export function ingressNamed(word: string): IngressName {
  const known = Object.entries(names).find(([each]) => each === word)?.[1];
  return known ?? (word.toUpperCase() as IngressName);
}

/** The service's ingress; nothing where the configuration does not say. */
export function wantedIngress({ ingress }: WantedTemplate = {}): Pick<RunService, 'ingress'> {
  return ingress === undefined ? {} : { ingress: names[ingress] };
}
