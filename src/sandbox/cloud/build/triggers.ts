import { createHash } from 'node:crypto';
import { invalidArgument, RpcError } from '../errors.ts';
import type { OperationMessage } from '../operations.ts';
import type { Builds } from './builds.ts';
import type { BuildMessage } from './resources.ts';
import type { StepWork } from './step-work.ts';

/** A trigger, and what its builds do: they really run. */
export interface TriggerDefinition {
  readonly project: string;
  readonly location: string;
  readonly name: string;
  /** A git URL. */
  readonly repository: string;
  /** What a ref stands for; undefined where the repository has none of that name. */
  readonly commitOf: (kind: 'branch' | 'tag' | 'commit', ref: string) => string | undefined;
  /** In the order of the configuration of its builds. */
  readonly steps: readonly { readonly id: string; readonly name: string; readonly script: string }[];
  readonly work: StepWork;
}

interface Named {
  readonly name: string;
  readonly projectId: string;
  readonly triggerId: string;
}

type Revision = Readonly<
  Partial<Record<'branchName' | 'tagName' | 'commitSha', string>> & {
    substitutions?: Readonly<Record<string, string>>;
  }
>;

/** Triggers of Cloud Build, to read and to run by hand. */
export class Triggers {
  readonly #builds: Builds;
  readonly #triggers: (TriggerDefinition & { readonly id: string })[] = [];

  constructor(builds: Builds) {
    this.#builds = builds;
  }

  define(trigger: TriggerDefinition): void {
    const hash = createHash('sha256').update(`${trigger.project}/${trigger.name}`).digest('hex');
    const id = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20)].join('-');
    this.#triggers.push({ ...trigger, id: `${id}-${hash.slice(20, 32)}` });
  }

  get(request: Named): object {
    const { project, location, id, name } = this.#find(request);
    return { resourceName: `projects/${project}/locations/${location}/triggers/${id}`, id, name };
  }

  /** https://cloud.google.com/build/docs/api/reference/rest/v1/projects.locations.triggers/run */
  run({ source, ...named }: Named & { readonly source: Revision | null }): OperationMessage {
    const trigger = this.#find(named);
    const { branchName = '', tagName = '', commitSha = '', substitutions = {} } = source ?? {};
    const ref = branchName || tagName || commitSha;
    if (ref === '') throw invalidArgument('source.revision must be specified to run this trigger');
    const kind = branchName === '' ? (tagName === '' ? 'commit' : 'tag') : 'branch';
    const commit = trigger.commitOf(kind, ref);
    // Its code is not documented; a refusal comes before anything is created.
    if (commit === undefined) throw new RpcError('NOT_FOUND', "Couldn't read commit");
    const bad = Object.keys(substitutions).find((key) => !/^_[A-Z0-9_]+$/.test(key));
    if (bad !== undefined) throw invalidArgument(`invalid key in substitutions: "${bad}"`);
    const build: BuildMessage = {
      buildTriggerId: trigger.id,
      source: { gitSource: { url: trigger.repository, revision: commit } },
      steps: trigger.steps.map((step) => ({ ...step, args: [], entrypoint: '' })),
      images: [],
      tags: [`trigger-${trigger.id}`],
      // https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values#using_default_substitutions
      substitutions: {
        TRIGGER_NAME: trigger.name,
        COMMIT_SHA: commit,
        REVISION_ID: commit,
        SHORT_SHA: commit.slice(0, 7),
        ...(kind === 'branch' ? { BRANCH_NAME: ref } : {}),
        ...(kind === 'tag' ? { TAG_NAME: ref } : {}),
        ...substitutions,
      },
    };
    const { project, location, work } = trigger;
    return this.#builds.begin(build, { project, location, work });
  }

  #find({ name, projectId, triggerId }: Named): TriggerDefinition & { readonly id: string } {
    const full = name || `projects/${projectId}/locations/global/triggers/${triggerId}`;
    const found = this.#triggers.find(({ project, location, id, name: own }) =>
      [id, own].some((each) => full === `projects/${project}/locations/${location}/triggers/${each}`),
    );
    if (found === undefined) throw new RpcError('NOT_FOUND', 'Requested entity was not found.');
    return found;
  }
}
