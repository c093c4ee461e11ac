import { protos as build } from '@google-cloud/cloudbuild';
import { protos } from '@google-cloud/run';
import { expect, it } from 'vitest';
import {
  allocationTypes,
  commonReasons,
  conditionStates,
  executionReasons,
  ingressTraffic,
  installationStages,
  revisionReasons,
} from '../../src/cloud/enums.ts';

const { Condition, IngressTraffic, TrafficTargetAllocationType } = protos.google.cloud.run.v2;
const { InstallationState } = build.google.devtools.cloudbuild.v2;

it.each<[string, object, Readonly<Record<number, string>>]>([
  ['ingress', IngressTraffic, ingressTraffic],
  ['allocation types', TrafficTargetAllocationType, allocationTypes],
  ['states', Condition.State, conditionStates],
  ['common reasons', Condition.CommonReason, commonReasons],
  ['revision reasons', Condition.RevisionReason, revisionReasons],
  ['reasons of executions', Condition.ExecutionReason, executionReasons],
  ['stages of connections', InstallationState.Stage, installationStages],
])('%s are all those of the package', (_, theirs, ours) => {
  const byNumber = Object.entries(theirs).map(([name, value]) => [value as number, name] as const);
  expect(byNumber.length).toBeGreaterThan(2);
  expect(ours).toEqual(Object.fromEntries(byNumber));
});
