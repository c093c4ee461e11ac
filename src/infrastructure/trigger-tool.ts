import { Applying } from '../domain/infrastructure/applying.ts';
import type { BuildLog } from '../domain/infrastructure/build-log.ts';
import { parsed } from '../domain/infrastructure/messages.ts';
import { readOutputs } from '../domain/infrastructure/outputs.ts';
import type { InfrastructurePlan } from '../domain/infrastructure/plan.ts';
import { readPlan } from '../domain/infrastructure/read-plan.ts';
import type {
  Applied,
  Done,
  InfrastructureTool,
  Linted,
  Output,
  Problem,
} from '../domain/infrastructure/tool.ts';
import {
  type Asked,
  type Ended,
  TriggeredBuilds,
  type TriggerToolOptions,
  triggerTitle,
} from './triggered-builds.ts';

/** The plan that can be applied, and nothing else. */
interface Kept {
  readonly asked: Asked;
  readonly plan: InfrastructurePlan;
  /** SHA-256 of the file, as the build that made it has said in its log. */
  readonly file: string;
}

/**
 * Terraform in builds of a trigger. Each build is marked with the operation and with what it is for, so whoever takes
 * over finds it, its log and what it has kept. The second plan comes after the first apply, and so on.
 */
export class TriggerTool implements InfrastructureTool {
  readonly findsAgain = true;
  readonly #options: TriggerToolOptions;
  readonly #builds: TriggeredBuilds;
  #kept: Kept | undefined;

  constructor(options: TriggerToolOptions) {
    this.#options = options;
    this.#builds = new TriggeredBuilds(options);
  }

  async ready(): Promise<Done<{ readonly program: string; readonly version: string }>> {
    const found = await this.#builds.trigger();
    if (found.kind === 'problem') return found;
    return { kind: 'done', value: { program: triggerTitle(this.#options.way), version: '' } };
  }

  /** Begins the build that plans, which is when Cloud Build says which commit is meant. */
  async lint(ref: string): Promise<Done<Linted>> {
    const ready = await this.ready();
    if (ready.kind === 'problem') return ready;
    const begun = await this.#builds.begin({
      ...(await this.#planning(ref)),
      begunBefore: this.#options.begunBefore,
    });
    if (begun.kind === 'problem') return begun;
    return { kind: 'done', value: { ...ready.value, warnings: [], commit: begun.value.commit } };
  }

  async plan(ref: string): Promise<Done<InfrastructurePlan>> {
    const asked = await this.#planning(ref);
    const made = await this.#made(asked);
    if (made.kind === 'problem') return made;
    this.#kept = made.value;
    return { kind: 'done', value: made.value.plan };
  }

  async keeps(digest: string): Promise<boolean> {
    const [newest] = await this.#builds.ofOperation('plan');
    if (newest === undefined) return false;
    const { commit = '', number } = newest;
    const made = await this.#made({ action: 'plan', number, ref: commit, begunBefore: true });
    this.#kept = made.kind === 'done' && made.value.plan.digest === digest ? made.value : undefined;
    return this.#kept !== undefined;
  }

  async apply(tell: (text: string) => void): Promise<Done<Applied> & { readonly applied: Applied }> {
    if (this.#kept === undefined) throw new Error('There is no plan to apply');
    const { asked, plan, file } = this.#kept;
    const { begunBefore } = this.#options;
    const substitutions = { _SLIPWAY_DIGEST: plan.digest, _SLIPWAY_PLAN: file };
    const of = {
      action: 'apply',
      number: asked.number,
      ref: plan.commit ?? asked.ref,
      substitutions,
    } as const;
    const ended = await this.#builds.run({ ...of, begunBefore }, (log) => {
      const { applying, heard } = hear(log);
      if (heard) tell(applying.text());
    });
    const applied = hear(ended.log).applying.state();
    const end = ended.problem ?? otherPlan(ended, file);
    return end === undefined
      ? { kind: 'done', value: applied, applied }
      : { kind: 'problem', problem: end, applied };
  }

  async outputs(ref: string): Promise<Done<readonly Output[]>> {
    const asked = { action: 'outputs', number: 1, ref, begunBefore: this.#options.begunBefore } as const;
    const ended = await this.#builds.run(asked);
    if (ended.problem !== undefined) return { kind: 'problem', problem: ended.problem };
    const text = await this.#builds.kept(asked, 'outputs.json');
    if (text.kind === 'problem') return text;
    const value = readOutputs(parsed(text.value));
    return value === undefined ? notUnderstood('outputs.json', text.value) : { kind: 'done', value };
  }

  /** Ends what runs, when people want that; what is being applied is waited for. Twice is safe. */
  async stop(): Promise<void> {
    await this.#builds.stop();
  }

  async #planning(ref: string): Promise<Asked> {
    const { length } = await this.#builds.ofOperation('apply');
    // The first one has been begun when the configuration was checked.
    return {
      action: 'plan',
      number: length + 1,
      ref,
      begunBefore: this.#options.begunBefore || length === 0,
    };
  }

  /** What the build has made of it, when it has ended. */
  async #made(asked: Asked): Promise<Done<Kept>> {
    const ended = await this.#builds.run(asked);
    if (ended.problem !== undefined) return { kind: 'problem', problem: ended.problem };
    const { log, commit } = ended;
    const [file, ...others] = log.plans;
    if (file === undefined || others.length > 0)
      return failure('plan', `Its log names ${log.plans.length} plan files; exactly one is needed`);
    const text = await this.#builds.kept(asked, 'plan.json');
    if (text.kind === 'problem') return text;
    const plan = readPlan(parsed(text.value), { empty: undefined, commit });
    return plan === undefined
      ? notUnderstood('plan.json', text.value)
      : { kind: 'done', value: { asked, plan, file } };
  }
}

function hear({ messages }: BuildLog): { readonly applying: Applying; readonly heard: boolean } {
  const applying = new Applying();
  const heard = messages.filter((message) => applying.hear(message)).length > 0;
  return { applying, heard };
}

/** A build that ended well is believed only when it says that it had this file. */
function otherPlan({ log }: Ended, file: string): Problem | undefined {
  if (log.plans.length === 1 && log.plans[0] === file) return undefined;
  const named = log.plans.length === 0 ? 'no plan file' : log.plans.join(', ');
  const line = `Approved was the plan file ${file}, and the build that applied names ${named}`;
  return { kind: 'failed', what: 'apply', diagnostics: [], lines: [line] };
}

/** What is inside is not repeated: there may be secrets in it. */
function notUnderstood(what: string, text: string): Done<never> {
  return failure(what, `It has ${text.length} characters in a form that slipway does not know`);
}

function failure(what: string, line: string): Done<never> {
  return { kind: 'problem', problem: { kind: 'failed', what, diagnostics: [], lines: [line] } };
}
