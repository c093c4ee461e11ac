import { createRequire } from 'node:module';
import * as gax from 'google-gax';
import { expect, it } from 'vitest';
import { leanGax } from '../../src/cloud/lean-gax.ts';

const require = createRequire(import.meta.url);
const { credentials } = gax.grpc;
type Json = Parameters<gax.GrpcClient['loadProtoJSON']>[0];
type Tree = gax.grpc.GrpcObject;

function packageOf(names: readonly string[], root: Tree): Tree {
  return names.reduce((tree, name) => tree[name] as Tree, root);
}

/** By name: what each service of a namespace is called over the wire. */
function servicesOf(tree: Tree): Record<string, gax.grpc.ServiceDefinition> {
  const found = Object.entries(tree).flatMap(([name, each]) =>
    typeof each === 'function' && 'service' in each ? [[name, each.service] as const] : [],
  );
  return Object.fromEntries(found);
}

it.each([
  ['@google-cloud/run', 'google.cloud.run.v2', 'Services'],
  ['@google-cloud/cloudbuild', 'google.devtools.cloudbuild.v1', 'CloudBuild'],
  ['@google-cloud/logging-api', 'google.logging.v2', 'LoggingServiceV2'],
  ['@google-cloud/monitoring', 'google.monitoring.v3', 'MetricService'],
])('makes the services of %s as gax itself does', (source, namespace, service) => {
  const json = require(`${source}/build/protos/protos.json`) as Json;
  const [theirs, ours] = [gax, leanGax].map((each) => {
    const client = new each.GrpcClient({ sslCreds: credentials.createInsecure() } as object);
    return servicesOf(packageOf(namespace.split('.'), client.loadProtoJSON(json)));
  });
  expect(Object.keys(ours ?? {}).toSorted()).toEqual(Object.keys(theirs ?? {}).toSorted());
  const called = (definition: gax.grpc.ServiceDefinition | undefined) =>
    Object.entries(definition ?? {}).map(([name, { path, requestStream, responseStream, originalName }]) => ({
      name,
      path,
      requestStream,
      responseStream,
      originalName,
    }));
  expect(ours?.[service]).toBeDefined();
  for (const name of Object.keys(theirs ?? {})) expect(called(ours?.[name])).toEqual(called(theirs?.[name]));
});

it('writes and reads messages as gax itself does: enums by name, 64 bits as text, defaults', () => {
  const json = require('@google-cloud/run/build/protos/protos.json') as Json;
  const traffic = [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100, tag: 'op42' }];
  const message = { name: 'backend', ingress: 2, generation: '9007199254740993', traffic };
  const [theirs, ours] = [gax, leanGax].map((each) => {
    const root = new each.GrpcClient().loadProtoJSON(json);
    const getService = servicesOf(packageOf(['google', 'cloud', 'run', 'v2'], root))['Services']?.[
      'GetService'
    ];
    const bytes = getService?.responseSerialize(message) ?? Buffer.alloc(0);
    return {
      bytes,
      read: getService?.responseDeserialize(bytes) as unknown,
      asked: getService?.requestSerialize({ name: 'a' }),
    };
  });
  expect(ours).toEqual(theirs);
  expect(ours?.read).toMatchObject({
    ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
    generation: '9007199254740993',
    traffic,
    uri: '',
  });
});
