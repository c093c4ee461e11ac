import { expect } from 'vitest';
import type { CloudSandbox } from '../../../../src/sandbox/cloud/index.ts';
import { until } from '../support.ts';

export const NAMESPACE = '/apis/serving.knative.dev/v1/namespaces/chat-staging';

export interface Target {
  revisionName?: string;
  latestRevision?: boolean;
  percent?: number;
  tag?: string;
  url?: string;
}
export interface Service {
  metadata: {
    name: string;
    namespace: string;
    generation: number;
    resourceVersion: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
  };
  spec: {
    traffic: Target[];
    template: { spec: { containers: { image: string; env: { name: string; value: string }[] }[] } };
  };
  status: {
    observedGeneration: number;
    url: string;
    latestReadyRevisionName: string;
    traffic: Target[];
    conditions: { type: string; status: string; message?: string }[];
  };
}
export interface Revision {
  metadata: { name: string; labels: Record<string, string> };
  status: { conditions: { type: string; status: string }[] };
}

export async function get<T>(cloud: CloudSandbox, path: string): Promise<T> {
  const response = await fetch(`${cloud.url}${path}`);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

export const service = (cloud: CloudSandbox): Promise<Service> => get(cloud, `${NAMESPACE}/services/backend`);

export async function put(cloud: CloudSandbox, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${cloud.url}${NAMESPACE}/services/backend?alt=json`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** Waits as gcloud does: Ready is said, and of the newest generation. */
export const settled = (cloud: CloudSandbox): Promise<Service> =>
  until(async () => {
    const now = await service(cloud);
    const ready = now.status.conditions.find(({ type }) => type === 'Ready');
    return now.status.observedGeneration === now.metadata.generation && ready?.status !== 'Unknown' && now;
  });
