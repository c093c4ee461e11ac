import type { LogStore } from '../logging/store.ts';
import type { Pace } from '../pace.ts';
import { behaviourOf, type Behaviour } from '../refs.ts';
import type { Registry } from '../registry.ts';
import { timestamp } from '../wire.ts';
import { buildLog, type BuildLog } from './log.ts';
import { isOver, type BuildRecord, type StepRecord } from './resources.ts';
import type { StepWork } from './step-work.ts';
import { runWork } from './work.ts';
import { failingStep, kindOf, pushedImage, usualOutput } from './source.ts';

export interface BuildTools {
  readonly pace: Pace;
  readonly logs: LogStore;
  readonly registry: Registry;
}

// Milliseconds of demo time: with four steps they add up to the 3 seconds of a demo build.
const QUEUE = 200;
const FETCH = 300;
const STEPS = 2200;
const PUSH = 300;

const now = (): ReturnType<typeof timestamp> => timestamp(Date.now());

/** Runs one build to its end, or until somebody cancels it: `build.status` is then over, and the runner stops. */
export async function runBuild(build: BuildRecord, tools: BuildTools): Promise<void> {
  const log = buildLog(build, tools.logs);
  await tools.pace.wait(QUEUE);
  if (isOver(build)) return;
  build.status = 'WORKING';
  build.startTime = now();
  log.main(`starting build "${build.id}"`);
  const behaviour = await fetchSource(build, tools, log);
  if (behaviour === undefined || isOver(build)) return;
  log.main('BUILD');
  const { work } = build;
  const steps =
    work === undefined ? runSteps(build, behaviour, { ...tools, log }) : doSteps(build, work, log);
  if (await steps) await finish(build, tools, log);
}

async function doSteps(build: BuildRecord, work: StepWork, log: BuildLog): Promise<boolean> {
  const broken = (detail: string) => {
    fail(build, log, { type: 'USER_BUILD_STEP', detail });
  };
  return runWork(build, work, { log, now, end: endStep, fail: broken });
}

/** Fetches the source; a ref that does not exist ends the build here, or in the client's own fetch step. */
async function fetchSource(
  build: BuildRecord,
  tools: BuildTools,
  log: BuildLog,
): Promise<Behaviour | undefined> {
  const behaviour = behaviourOf(build.ref);
  const missing = `fatal: couldn't find remote ref ${build.ref}`;
  const ownStep = build.steps.some((step) => kindOf(step) === 'fetch');
  if (build.request.source === null && ownStep) {
    return behaviour ?? { build: { failsAt: 'fetch', exitCode: 128, output: [missing] } };
  }
  log.main('FETCHSOURCE');
  await tools.pace.wait(FETCH);
  if (behaviour !== undefined || isOver(build)) return behaviour;
  log.main(missing, 'ERROR');
  fail(build, log, {
    type: 'FETCH_SOURCE_FAILED',
    detail: `error fetching source: exit status 128: ${missing}`,
  });
  return undefined;
}

async function runSteps(
  build: BuildRecord,
  behaviour: Behaviour,
  tools: BuildTools & { readonly log: BuildLog },
): Promise<boolean> {
  const breaks = behaviour.build && failingStep(build.steps, behaviour.build.failsAt);
  for (const [index, step] of build.steps.entries()) {
    const failing = breaks === index ? behaviour.build : undefined;
    const output = failing?.output ?? usualOutput(kindOf(step), build.ref);
    if (!(await runStep({ build, step, index, output }, tools))) return false;
    if (failing !== undefined) {
      endStep(step, 'FAILURE', failing.exitCode);
      const detail = `build step ${index} "${step.name}" failed: step exited with non-zero status: ${failing.exitCode}`;
      fail(build, tools.log, { type: 'USER_BUILD_STEP', detail });
      return false;
    }
    endStep(step, 'SUCCESS', 0);
    tools.log.main(`Finished ${tools.log.title(index)}`);
    const image = kindOf(step) === 'push' ? pushedImage(step) : undefined;
    if (image !== undefined) tools.registry.push({ image, ref: build.ref, buildId: build.id });
  }
  return true;
}

interface StepRun {
  readonly build: BuildRecord;
  readonly step: StepRecord;
  readonly index: number;
  readonly output: readonly string[];
}

/** Prints the output line by line over the step's time. False when the build was cancelled meanwhile. */
async function runStep(run: StepRun, tools: BuildTools & { readonly log: BuildLog }): Promise<boolean> {
  run.step.status = 'WORKING';
  run.step.timing = { startTime: now(), endTime: null };
  tools.log.main(`Starting ${tools.log.title(run.index)}`);
  const share = STEPS / run.build.steps.length / run.output.length;
  for (const line of run.output) {
    await tools.pace.wait(share);
    if (isOver(run.build)) return false;
    tools.log.step(run.index, line);
  }
  return true;
}

function endStep(step: StepRecord, status: 'SUCCESS' | 'FAILURE', exitCode: number): void {
  step.status = status;
  step.exitCode = exitCode;
  if (step.timing !== null) step.timing = { ...step.timing, endTime: now() };
}

async function finish(build: BuildRecord, tools: BuildTools, log: BuildLog): Promise<void> {
  const startTime = now();
  if (build.request.images.length > 0) log.main('PUSH');
  await tools.pace.wait(PUSH);
  if (isOver(build)) return;
  build.images = build.request.images.map((image) => ({
    name: image,
    digest: tools.registry.push({ image, ref: build.ref, buildId: build.id }),
    pushTiming: { startTime, endTime: now() },
  }));
  for (const image of build.images) log.main(`${image.name}: digest: ${image.digest} size: 1995`);
  build.status = 'SUCCESS';
  build.finishTime = now();
  log.main('DONE');
}

function fail(
  build: BuildRecord,
  log: BuildLog,
  info: { readonly type: string; readonly detail: string },
): void {
  build.status = 'FAILURE';
  build.finishTime = now();
  build.failureInfo = { type: info.type, detail: `Build step failure: ${info.detail}` };
  build.statusDetail = info.detail;
  log.main('ERROR', 'ERROR');
  log.main(`ERROR: ${info.detail}`, 'ERROR');
}

/** Ends a build that is under way; the runner sees it at its next line of output. */
export function cancelBuild(build: BuildRecord, logs: LogStore): void {
  for (const step of build.steps) {
    if (step.status === 'WORKING' && step.timing !== null) step.timing = { ...step.timing, endTime: now() };
    if (step.status === 'WORKING' || step.status === 'QUEUED') step.status = 'CANCELLED';
  }
  build.status = 'CANCELLED';
  build.halt.abort();
  build.finishTime = now();
  buildLog(build, logs).main('CANCELLED');
}
