import { violation } from '../errors.ts';
import { validateLimits } from './limits.ts';
import type { ContainerSpec, ServiceSpec, Template, TrafficTarget } from './resources.ts';

// google/cloud/run/v2/service.proto, CreateServiceRequest.service_id: begins with a letter, no hyphen last, under 50.
const SERVICE_ID = /^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
// https://cloud.google.com/run/docs/container-contract#env-vars: Cloud Run sets these itself.
const RESERVED_ENV = ['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION'];
const RESERVED_ANNOTATIONS =
  /^([\w.-]+\.)?(run\.googleapis\.com|cloud\.googleapis\.com|serving\.knative\.dev|autoscaling\.knative\.dev)\//;

/** A Service that lacks a template was refused, so what comes back has one. `at` is the request's name. */
export function validateService(
  spec: ServiceSpec,
  service: { readonly id: string; readonly at: string },
): asserts spec is ServiceSpec & { template: Template } {
  const { id, at } = service;
  if (!SERVICE_ID.test(id)) {
    throw violation(
      `${at}.service_id`,
      'must begin with a letter, contain only a-z, 0-9 and -, and be shorter than 50 characters.',
    );
  }
  if (spec.template === null) throw violation(`${at}.service.template`, 'required field not present.');
  validateAnnotations(spec.annotations, `${at}.service.annotations`);
  validateTemplate(spec.template, id, `${at}.service.template`);
  validateTraffic(spec.traffic, id, `${at}.service.traffic`);
}

function validateTemplate(template: Template, id: string, at: string): void {
  if (
    template.revision !== '' &&
    !(template.revision.startsWith(`${id}-`) && LABEL.test(template.revision))
  ) {
    throw violation(
      `${at}.revision`,
      `revision name must be prefixed by the service name followed by '-' ("${id}-"), contain only a-z, 0-9 and -, and be shorter than 64 characters.`,
    );
  }
  validateAnnotations(template.annotations, `${at}.annotations`);
  const seconds = Number(template.timeout?.seconds ?? 300);
  if (seconds < 1 || seconds > 3600) throw violation(`${at}.timeout`, 'must be between 1s and 3600s.');
  validateScaling(template, at);
  if (template.containers.length === 0) throw violation(`${at}.containers`, 'required field not present.');
  template.containers.forEach((container, index) => {
    validateContainer(container, `${at}.containers[${index}]`);
  });
}

function validateContainer(container: ContainerSpec, at: string): void {
  if (!/^[\w][\w.:/-]*(@sha256:[0-9a-f]{64})?$/.test(container.image)) {
    throw violation(
      `${at}.image`,
      'must be a container image path in the form [hostname/]repo-path[:tag and/or @digest]',
    );
  }
  validateLimits(container, at);
  const names = container.env.map(({ name }) => name);
  const reserved = names.filter((name) => RESERVED_ENV.includes(name));
  if (reserved.length > 0) {
    throw violation(
      `${at}.env`,
      `The following reserved env names were provided: ${reserved.join(', ')}. These values are automatically set by the system.`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw violation(`${at}.env`, `duplicate env name: ${twice}.`);
}

function validateScaling(template: Template, at: string): void {
  const { minInstanceCount = 0, maxInstanceCount = 0 } = (template['scaling'] ?? {}) as Scaling;
  if (minInstanceCount < 0 || maxInstanceCount < 0) throw violation(`${at}.scaling`, 'must not be negative.');
  if (maxInstanceCount > 0 && minInstanceCount > maxInstanceCount)
    throw violation(
      `${at}.scaling.min_instance_count`,
      'must not be greater than scaling.max_instance_count.',
    );
  const requests = template.maxInstanceRequestConcurrency;
  if (requests < 0 || requests > 1000)
    throw violation(`${at}.max_instance_request_concurrency`, 'must be between 0 and 1000.');
}

interface Scaling {
  readonly minInstanceCount?: number;
  readonly maxInstanceCount?: number;
}

function validateTraffic(traffic: readonly TrafficTarget[], id: string, at: string): void {
  if (traffic.length === 0) return;
  const tags = traffic.map(({ tag }) => tag).filter((tag) => tag !== '');
  traffic.forEach((target, index) => {
    validateTarget(target, id, `${at}[${index}]`);
  });
  const twice = tags.find((tag, index) => tags.indexOf(tag) !== index);
  if (twice !== undefined) throw violation(at, `tag '${twice}' is used more than once.`);
  const sum = traffic.reduce((total, { percent }) => total + percent, 0);
  if (sum !== 100) throw violation(at, `the sum of all traffic percentages must be 100, but is ${sum}.`);
}

function validateTarget(target: TrafficTarget, id: string, at: string): void {
  const byName = target.type === 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';
  if (byName && target.revision === '') throw violation(`${at}.revision`, 'required field not present.');
  if (!byName && target.revision !== '') {
    throw violation(
      `${at}.revision`,
      'must be empty unless type is TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION.',
    );
  }
  if (target.type === 'TRAFFIC_TARGET_ALLOCATION_TYPE_UNSPECIFIED') {
    throw violation(`${at}.type`, 'required field not present.');
  }
  if (target.revision.includes('/')) throw violation(`${at}.revision`, 'must be a short revision name.');
  if (target.percent < 0 || target.percent > 100)
    throw violation(`${at}.percent`, 'must be between 0 and 100.');
  if (target.tag !== '') validateTag(target.tag, id, `${at}.tag`);
}

// https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration#tags: at least 3, with the service at most 46.
function validateTag(tag: string, id: string, at: string): void {
  if (!/^[a-z][a-z0-9-]*[a-z0-9]$/.test(tag) || tag.length < 3) {
    throw violation(
      at,
      'must begin with a letter, contain only a-z, 0-9 and -, and have at least 3 characters.',
    );
  }
  if (tag.length + id.length > 46) {
    throw violation(
      at,
      `the tag '${tag}' and the service name '${id}' together must not exceed 46 characters.`,
    );
  }
}

// google/cloud/run/v2/service.proto, Service.annotations: system namespaces are rejected.
function validateAnnotations(annotations: Readonly<Record<string, string>>, at: string): void {
  const reserved = Object.keys(annotations).find((key) => RESERVED_ANNOTATIONS.test(key));
  if (reserved !== undefined) throw violation(at, `annotation '${reserved}' is in a system namespace.`);
}
