import type { Target } from '../domain/target.ts';
import type { FailedStep } from './build.ts';
import type { GoogleClients } from './clients.ts';
import { callOptions, reading } from './errors.ts';
import { type Entry, linesOf, textOf } from './log-text.ts';
import { poll } from './poll.ts';

/** Entries reach Cloud Logging some seconds after they were written, and not all at once. */
const ingestionMs = 10_000;
/** A log that did not grow for this long is taken to be complete. */
const quietMs = 1_500;
/** The same for a line that must come. */
const wholeMs = 30_000;
const mostPages = 20;

/** Cloud Logging, as far as slipway uses it: the last lines, 500 at most, in which a cause can be found. */
export class CloudLogs {
  readonly #google: GoogleClients;

  constructor(google: GoogleClients) {
    this.#google = google;
  }

  /**
   * The last lines of a revision, oldest first. Errors are asked for apart, so that a chatty container
   * cannot push them out; the rest is needed too, because a traceback on stderr has no severity while
   * Cloud Run's own "probe failed" beside it is an error. Requests have lines of their own: of a service that answers 503
   * there may be thousands after the one that explains it, so they are left out.
   */
  async ofRevision(target: Target, revision: string, signal: AbortSignal): Promise<readonly string[]> {
    const filter = [
      'resource.type="cloud_run_revision"',
      `resource.labels.service_name="${target.run}"`,
      `resource.labels.revision_name="${revision}"`,
      'NOT logName:"run.googleapis.com%2Frequests"',
    ].join(' AND ');
    return complete(async () => {
      const [errors, all] = await Promise.all([
        this.#entries(target, `${filter} AND severity>=ERROR`, signal),
        this.#entries(target, filter, signal),
      ]);
      const seen = new Set(all.map((entry) => entry.insertId));
      return linesOf([...errors.filter((entry) => !seen.has(entry.insertId)), ...all]);
    }, signal);
  }

  /** The last lines of the failed step of a build, or of the whole build when its lines bear no step. */
  async ofBuild(
    build: { readonly name: string; readonly target: Target; readonly step: FailedStep | undefined },
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const id = build.name.split('/').at(-1) ?? '';
    const filter = `resource.type="build" AND resource.labels.build_id="${id}"`;
    const step = build.step === undefined ? undefined : `Step #${build.step.index}`;
    return complete(async () => {
      const entries = await this.#entries(build.target, filter, signal);
      const own = entries.filter((entry) => step !== undefined && ownStep(entry, step));
      return linesOf(own.length > 0 ? own : entries).map(withoutPrefix);
    }, signal);
  }

  /**
   * All lines of a build, oldest first and whole, as far as they have reached Cloud Logging: at most 20,000.
   * @param options.until what must be among them; without it a log that does not grow any more is taken to be complete,
   * and with neither within 30 s it is what there is. `once`: what is there now, whether complete or not.
   */
  async wholeOfBuild(
    { name, target }: { readonly name: string; readonly target: Pick<Target, 'project'> },
    options: { readonly until?: (lines: readonly string[]) => boolean; readonly once?: boolean },
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { until, once = false } = options;
    const filter = `resource.type="build" AND resource.labels.build_id="${name.split('/').at(-1) ?? ''}"`;
    const read = async () => {
      const entries = await this.#pages(target, filter, signal);
      return entries.flatMap((entry) => textOf(entry).split('\n')).map(withoutPrefix);
    };
    if (once) return read();
    if (until === undefined) return complete(read, signal);
    let lines: readonly string[] = [];
    const look = async () => ((lines = await read()), until(lines) ? lines : undefined);
    return (await poll(look, { signal, forMs: wholeMs })) ?? lines;
  }

  async #pages(
    { project }: Pick<Target, 'project'>,
    filter: string,
    signal: AbortSignal,
  ): Promise<readonly Entry[]> {
    const request = {
      resourceNames: [`projects/${project}`],
      filter,
      orderBy: 'timestamp asc',
      pageSize: 1_000,
    };
    const entries: Entry[] = [];
    for (let pageToken = '', pages = 0; pages < mostPages; pages += 1) {
      const ask = () =>
        this.#google.logs.listLogEntries({ ...request, pageToken }, { ...callOptions, autoPaginate: false });
      const [found, , answer] = await reading('Reading the log', ask, signal);
      entries.push(...found);
      pageToken = answer.nextPageToken ?? '';
      if (pageToken === '') break;
    }
    return entries;
  }

  async #entries(target: Target, filter: string, signal: AbortSignal): Promise<readonly Entry[]> {
    const request = {
      resourceNames: [`projects/${target.project}`],
      filter,
      orderBy: 'timestamp desc',
      pageSize: 200,
    };
    // One page holds the end of the log, and the end is what explains.
    const [entries] = await reading(
      'Reading the log',
      () => this.#google.logs.listLogEntries(request, { ...callOptions, autoPaginate: false }),
      signal,
    );
    return entries.toReversed();
  }
}

/** Reads until there is something and it has stopped growing, or ingestion has had its time. */
async function complete(
  read: () => Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  let lines: readonly string[] = [];
  let since = Date.now();
  const look = async () => {
    const now = await read();
    if (now.join('\n') !== lines.join('\n')) since = Date.now();
    lines = now;
    return lines.length > 0 && Date.now() - since >= quietMs ? lines : undefined;
  };
  return (await poll(look, { signal, forMs: ingestionMs })) ?? lines;
}

/** `Step #1 - "docker build": …`: the thread says which step it was already. */
function withoutPrefix(line: string): string {
  return line.replace(/^Step #\d+(?: - "[^"]*")?: ?/, '');
}

/** Cloud Build labels each line `Step #1 - "name"`, or `Step #1` when the step has no name. */
function ownStep(entry: Entry, step: string): boolean {
  const label = entry.labels?.['build_step'] ?? '';
  return label === step || label.startsWith(`${step} `);
}
