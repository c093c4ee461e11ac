import { createRequire } from 'node:module';
import type { ServiceDefinition } from '@grpc/grpc-js';
import { fromJSON, type PackageDefinition } from '@grpc/proto-loader';
import { accessProtos } from '../../cloud/access-protos.ts';

type ProtoJson = Parameters<typeof fromJSON>[0];
interface Tree {
  [key: string]: unknown;
}

const SOURCES = [
  '@google-cloud/run',
  '@google-cloud/cloudbuild',
  '@google-cloud/logging-api',
  '@google-cloud/monitoring',
];
const require = createRequire(import.meta.url);
let loaded: PackageDefinition | undefined;

/**
 * The four packages' protos as one root, and those of APIs that have no package here. They must be merged before loading: Run and Cloud Build share
 * google.longrunning.Operations, and two roots would leave one side's packed `Any`s empty.
 */
function loadProtos(): PackageDefinition {
  loaded ??= fromJSON(mergedJson(), {
    keepCase: false,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  return loaded;
}

/** @throws Error when none of the packages defines a gRPC service of that name. */
export function serviceDefinition(name: string): ServiceDefinition {
  const definition = loadProtos()[name];
  if (definition === undefined || 'format' in definition) throw new Error(`No gRPC service named ${name}`);
  return definition;
}

/** A message as a client would have sent it: defaults filled in, unknown fields gone, fields in wire order. */
export function canonical<T>(method: { readonly service: string; readonly rpc: string }, message: T): T {
  const definition = serviceDefinition(method.service)[method.rpc];
  if (definition === undefined) throw new Error(`${method.service} has no ${method.rpc}`);
  return definition.responseDeserialize(definition.responseSerialize(message)) as T;
}

function mergedJson(): ProtoJson {
  const root: Tree = {};
  for (const source of SOURCES) merge(root, require(`${source}/build/protos/protos.json`) as Tree);
  // What the packages have of google.iam.v1 stays: slipway's own copy must fit it.
  merge(root, accessProtos);
  return root;
}

function merge(into: Tree, from: Tree): void {
  for (const [key, value] of Object.entries(from)) {
    const existing = into[key];
    if (isTree(existing) && isTree(value)) merge(existing, value);
    else into[key] ??= isTree(value) ? structuredClone(value) : value;
  }
}

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
