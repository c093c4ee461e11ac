import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Applying } from '../domain/infrastructure/applying.ts';
import { readOutputs } from '../domain/infrastructure/outputs.ts';
import { diagnosticText, parsed, readValidation } from '../domain/infrastructure/messages.ts';
import type { InfrastructurePlan } from '../domain/infrastructure/plan.ts';
import type { ProgramWay } from '../domain/infrastructure/policy.ts';
import { readPlan } from '../domain/infrastructure/read-plan.ts';
import type { Applied, Done, InfrastructureTool, Linted, Output } from '../domain/infrastructure/tool.ts';
import { checkout } from './checkout.ts';
import { type Answer, type Call, terraform, type TerraformPlace } from './terraform.ts';
import { makeWorkFolder } from './work-folder.ts';

/** Milliseconds for what only reads the configuration, and for what fetches providers or reads the whole world. */
const [quickMs, patientMs] = [60_000, 10 * 60_000];
/** A plan of thousands of resources, whole, in one line. */
const wholePlanBytes = 64 * 1024 * 1024;

const versionSchema = z.object({ terraform_version: z.string() });
/** What the plan that is kept would do, beside it. */
const keptSchema = z.object({ digest: z.string() });

interface Prepared {
  readonly ref: string;
  readonly commit: string | undefined;
  readonly at: TerraformPlace;
}

export interface ProgramToolOptions {
  readonly way: ProgramWay;
  /** Of this operation alone. */
  readonly work: string;
  /** How long the state lock is waited for, in milliseconds. Default: as configured. */
  readonly lockWaitMs?: number;
  readonly signal: AbortSignal;
}

/** Terraform or OpenTofu on this worker. */
export class ProgramTool implements InfrastructureTool {
  readonly findsAgain = false;
  readonly #options: ProgramToolOptions;
  /** Undefined until it was checked out by this tool. */
  #place: Prepared | undefined;

  constructor(options: ProgramToolOptions) {
    this.#options = options;
  }

  async ready(): Promise<Done<{ readonly program: string; readonly version: string }>> {
    const { work, way } = this.#options;
    await makeWorkFolder(work);
    const answer = await this.#run({ args: ['version', '-json'], timeoutMs: quickMs }, this.#placeAt(work));
    if (answer.kind === 'problem') return answer;
    const read = versionSchema.safeParse(parsed(answer.value.stdout)).data;
    if (read === undefined) return notUnderstood(`${way.program} version`, answer.value);
    return { kind: 'done', value: { program: way.program, version: read.terraform_version } };
  }

  async lint(ref: string): Promise<Done<Linted>> {
    const ready = await this.ready();
    if (ready.kind === 'problem') return ready;
    const place = await this.#prepare(ref);
    if (place.kind === 'problem') return place;
    // 0 is valid and 1 is not; both are told as JSON.
    const call = { args: ['validate', '-json', '-no-color'], timeoutMs: quickMs, answers: [0, 1] };
    const answer = await this.#run(call, place.value.at);
    if (answer.kind === 'problem') return answer;
    const read = readValidation(answer.value.stdout);
    const what = `${ready.value.program} validate`;
    if (read === undefined) return notUnderstood(what, answer.value);
    const { valid, diagnostics } = read;
    if (!valid) return { kind: 'problem', problem: { kind: 'failed', what, diagnostics, lines: [] } };
    return {
      kind: 'done',
      value: { ...ready.value, warnings: diagnostics.map(diagnosticText), commit: place.value.commit },
    };
  }

  async plan(ref: string): Promise<Done<InfrastructurePlan>> {
    const place = await this.#prepare(ref);
    if (place.kind === 'problem') return place;
    await rm(this.#file('kept.json'), { force: true });
    const file = this.#file('plan.tfplan');
    const answer = await this.#run(
      {
        // 0 nothing to do, 2 something: https://developer.hashicorp.com/terraform/cli/commands/plan#detailed-exitcode
        args: ['plan', '-json', '-input=false', '-detailed-exitcode', this.#lockTimeout(), `-out=${file}`],
        answers: [0, 2],
        timeoutMs: patientMs,
      },
      place.value.at,
    );
    if (answer.kind === 'problem') return answer;
    // It holds what is secret in the state, in clear text.
    await chmod(file, 0o600);
    const facts = { empty: answer.value.exitCode === 0, commit: place.value.commit };
    return this.#shown(file, facts, place.value.at);
  }

  async #shown(
    file: string,
    facts: Parameters<typeof readPlan>[1],
    place: TerraformPlace,
  ): Promise<Done<InfrastructurePlan>> {
    const call = {
      args: ['show', '-json', '-no-color', file],
      keepBytes: wholePlanBytes,
      timeoutMs: patientMs,
    };
    const answer = await this.#run(call, place);
    if (answer.kind === 'problem') return answer;
    const plan = readPlan(parsed(answer.value.stdout), facts);
    if (plan === undefined) return notUnderstood(`${place.way.program} show`, answer.value);
    await writeFile(this.#file('kept.json'), JSON.stringify({ digest: plan.digest }), { mode: 0o600 });
    return { kind: 'done', value: plan };
  }

  async keeps(digest: string): Promise<boolean> {
    const [text] = await Promise.all([
      readFile(this.#file('kept.json'), 'utf8').catch(() => ''),
      // A plan without its configuration and providers cannot be applied.
      this.#recall(),
    ]);
    return this.#place !== undefined && keptSchema.safeParse(parsed(text)).data?.digest === digest;
  }

  async apply(tell: (text: string) => void): Promise<Done<Applied> & { readonly applied: Applied }> {
    const place = this.#place;
    if (place === undefined) throw new Error('There is no plan to apply');
    const applying = new Applying();
    const answer = await this.#orStopped(
      {
        args: ['apply', '-json', '-input=false', this.#lockTimeout(), this.#file('plan.tfplan')],
        timeoutMs: this.#options.way.timeoutMs,
        outlivesInto: this.#file('apply.log'),
        hear: (message) => {
          if (applying.hear(message)) tell(applying.text());
        },
      },
      place.at,
    );
    const applied = applying.state();
    return answer.kind === 'problem' ? { ...answer, applied } : { kind: 'done', value: applied, applied };
  }

  async outputs(ref: string): Promise<Done<readonly Output[]>> {
    // Another worker than the one that has applied fetches the configuration first.
    const prepared = await this.#prepare(ref);
    if (prepared.kind === 'problem') return prepared;
    const place = prepared.value;
    const call = { args: ['output', '-json', '-no-color'], keepBytes: wholePlanBytes, timeoutMs: quickMs };
    const answer = await this.#run(call, place.at);
    if (answer.kind === 'problem') return answer;
    const value = readOutputs(parsed(answer.value.stdout));
    if (value === undefined) return notUnderstood(`${place.at.way.program} output`, answer.value);
    return { kind: 'done', value };
  }

  /** The configuration at this ref, with its backend and providers. */
  async #prepare(ref: string): Promise<Done<Prepared>> {
    await this.#recall();
    if (this.#place?.ref === ref) return { kind: 'done', value: this.#place };
    const { work, way, signal } = this.#options;
    await makeWorkFolder(work);
    const { source, backend, env } = way;
    const got =
      source.kind === 'folder'
        ? ({ kind: 'done', value: { commit: undefined, folder: source.folder } } as const)
        : await checkout({ source, ref, into: this.#file('source'), env, signal });
    if (got.kind === 'problem') return got;
    const { commit, folder } = got.value;
    const at = this.#placeAt(folder);
    const configured = Object.entries(backend).map(([key, value]) => `-backend-config=${key}=${value}`);
    // Nobody answers questions, and a backend that was changed is not migrated behind anybody's back.
    const args = ['init', '-input=false', '-no-color', '-reconfigure', ...configured];
    const answer = await this.#run({ args, timeoutMs: patientMs }, at);
    if (answer.kind === 'problem') return answer;
    this.#place = { ref: commit ?? ref, commit, at };
    await writeFile(this.#file('place.json'), JSON.stringify({ ref: commit ?? ref, commit, folder }), {
      mode: 0o600,
    });
    return { kind: 'done', value: this.#place };
  }

  /** What a worker before this one has made ready on this machine. */
  async #recall(): Promise<void> {
    if (this.#place !== undefined) return;
    const text = await readFile(this.#file('place.json'), 'utf8').catch(() => '');
    const read = placeSchema.safeParse(parsed(text)).data;
    if (read !== undefined)
      this.#place = { ref: read.ref, commit: read.commit, at: this.#placeAt(read.folder) };
  }

  /** What was done until then is told, too. */
  async #orStopped(call: Call, place: TerraformPlace): Promise<Done<Answer>> {
    try {
      return await this.#run(call, place);
    } catch (error) {
      if (!this.#options.signal.aborted) throw error;
      return { kind: 'problem', problem: { kind: 'stopped' } };
    }
  }

  #run(call: Call, place: TerraformPlace): Promise<Done<Answer>> {
    return terraform(place, call);
  }

  #placeAt(folder: string): TerraformPlace {
    const { way, signal } = this.#options;
    return { way, folder, data: this.#file('data'), signal };
  }

  #lockTimeout(): string {
    const { way, lockWaitMs = way.lockWaitMs } = this.#options;
    return `-lock-timeout=${Math.ceil(lockWaitMs / 1_000)}s`;
  }

  #file(name: string): string {
    return path.join(this.#options.work, name);
  }
}

const placeSchema = z.object({ ref: z.string(), commit: z.string().optional(), folder: z.string() });

/** What it printed is not repeated: there may be secrets in it. */
function notUnderstood(what: string, { stdout, diagnostics }: Answer): Done<never> {
  const lines = [`It printed ${stdout.length} characters in a form that slipway does not know`];
  return { kind: 'problem', problem: { kind: 'failed', what, diagnostics, lines } };
}
