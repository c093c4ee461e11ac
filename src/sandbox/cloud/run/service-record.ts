import { randomUUID } from 'node:crypto';
import { invalidArgument } from '../errors.ts';
import { timestamp } from '../wire.ts';
import * as conditions from './conditions.ts';
import type { ServiceRecord } from './resources.ts';

/** Who the API's own calls are made by, as `lastModifier` shows it. */
export const CALLER = 'deployer@sandbox.iam.gserviceaccount.com';

/** @throws RpcError INVALID_ARGUMENT for a name that is none. */
export function parseName(name: string): { project: string; location: string; id: string; parent: string } {
  const match = /^(projects\/([^/]+)\/locations\/([^/]+))\/services\/([^/]*)$/.exec(name);
  if (match === null) throw invalidArgument(`Invalid resource name: '${name}'.`);
  const [, parent = '', project = '', location = '', id = ''] = match;
  return { project, location, id, parent };
}

/** A service that nothing has been done for yet. @throws RpcError INVALID_ARGUMENT for a name that is none. */
export function newService(name: string, spec: ServiceRecord['spec']): ServiceRecord {
  const { project, location, id } = parseName(name);
  const created = timestamp(Date.now());
  return {
    project,
    location,
    id,
    spec,
    uid: randomUUID(),
    createTime: created,
    updateTime: created,
    creator: CALLER,
    lastModifier: CALLER,
    revisions: new Map(),
    generation: 0,
    observedGeneration: 0,
    version: 0,
    sequence: 0,
    latestCreated: '',
    latestReady: '',
    reconciling: true,
    terminalCondition: conditions.reconciling('Ready'),
    conditions: [],
    trafficStatuses: [],
    uri: '',
    work: Promise.resolve({ '@type': '' }),
    deleted: false,
  };
}
