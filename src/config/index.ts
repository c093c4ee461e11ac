export { describeConfig } from './describe.ts';
export { formatProblems } from './format.ts';
export { jsonSchema } from './json-schema.ts';
export { type LoadRequest, loadConfig } from './load.ts';
export { catalogOf, channelOf, issuePlaceOf, targetOf, targetsOf } from './targets.ts';
export type {
  Config,
  ConfigProblem,
  Need,
} from './types.ts';
