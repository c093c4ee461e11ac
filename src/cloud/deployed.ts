import { createHmac, randomBytes } from 'node:crypto';
import type { protos } from '@google-cloud/run';
import type { Deployed } from '../domain/change.ts';
import { formatDuration } from '../domain/duration.ts';
import { ingressOf } from './ingress.ts';
import { type RunService, stableJson } from './service-view.ts';
import { commitIn } from './stamp.ts';

export type RunTemplate = NonNullable<RunService['template']>;
type RunContainer = protos.google.cloud.run.v2.IContainer;
type RunProbe = protos.google.cloud.run.v2.IProbe;

/** What a template and a revision have in common. */
export type Running = Pick<
  RunTemplate,
  | 'annotations'
  | 'containers'
  | 'maxInstanceRequestConcurrency'
  | 'scaling'
  | 'serviceAccount'
  | 'sessionAffinity'
  | 'timeout'
  | 'volumes'
  | 'vpcAccess'
>;

/** What one process compares with what it reads itself: nobody can guess a value from a hash that got out. */
const key = randomBytes(32);

/** A revision or a template in the words of people; the ingress is the service's. */
export function deployedOf(running: Running, ingress: RunService['ingress']): Deployed {
  const [container = {}, ...sidecars] = running.containers ?? [];
  const { resources, image } = container;
  const port = container.ports?.[0]?.containerPort ?? 8_080;
  return {
    image: image ?? '',
    commit: commitIn(running.annotations, image ?? ''),
    ...variablesOf(container),
    cpu: cpuOf(resources?.limits?.['cpu']),
    memory: memoryOf(resources?.limits?.['memory']),
    concurrency: running.maxInstanceRequestConcurrency || undefined,
    timeoutMs: running.timeout?.seconds ? Number(running.timeout.seconds) * 1_000 : undefined,
    minInstances: running.scaling?.minInstanceCount ?? 0,
    maxInstances: running.scaling?.maxInstanceCount || undefined,
    serviceAccount: running.serviceAccount || undefined,
    ingress: ingressOf(ingress),
    affinity: running.sessionAffinity === true,
    cpuBoost: resources?.startupCpuBoost === true,
    startupProbe: probeText(container.startupProbe, port),
    livenessProbe: probeText(container.livenessProbe, port),
    others: {
      ...hashed('command', [container.command, container.args]),
      ...hashed('port', container.ports),
      ...hashed('sidecars', sidecars),
      ...hashed('volumes', [running.volumes, container.volumeMounts]),
      ...hashed('network', running.vpcAccess),
    },
  };
}

function variablesOf({ env }: RunContainer): Pick<Deployed, 'env' | 'secrets'> {
  const plain: [string, string][] = [];
  const secrets: [string, { secret: string; version: string }][] = [];
  for (const { name, value, valueSource } of env ?? []) {
    const reference = valueSource?.secretKeyRef;
    if (reference)
      secrets.push([name ?? '', { secret: reference.secret ?? '', version: reference.version || 'latest' }]);
    else plain.push([name ?? '', hashOf(value ?? '')]);
  }
  return { env: Object.fromEntries(plain), secrets: Object.fromEntries(secrets) };
}

/** `2`, `500m` or `0.5` in thousandths. */
export function cpuOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  return text.endsWith('m') ? Number.parseInt(text, 10) : Math.round(Number(text) * 1_000);
}

// Kubernetes' quantities: https://cloud.google.com/run/docs/configuring/services/memory-limits
const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** In MiB. */
export function memoryOf(text: string | undefined): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([kMG]|[KMG]i)?$/.exec(text ?? '') ?? [];
  if (amount === undefined) return undefined;
  return Math.round((Number(amount) * (unitBytes[unit] ?? 1)) / 2 ** 20);
}

/** `GET /health on port 8080 every 10s within 1s, 3 failures` */
function probeText(probe: RunProbe | null | undefined, port: number): string | undefined {
  if (!probe) return undefined;
  const { httpGet, tcpSocket, grpc, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  const asked = httpGet ? `GET ${httpGet.path || '/'}` : grpc ? 'gRPC' : 'TCP';
  const on = httpGet?.port || tcpSocket?.port || grpc?.port || port;
  const every = formatDuration((periodSeconds || 10) * 1_000);
  const within = formatDuration((timeoutSeconds || 1) * 1_000);
  const failures = failureThreshold || 3;
  return `${asked} on port ${on} every ${every} within ${within}, ${failures} ${failures === 1 ? 'failure' : 'failures'}`;
}

function hashed(name: string, value: unknown): Readonly<Record<string, string>> {
  const text = stableJson(value ?? null).replace(/null|""|\[\]|\{\}/g, '');
  return /[^[\],]/.test(text) ? { [name]: hashOf(text) } : {};
}

function hashOf(text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
}
