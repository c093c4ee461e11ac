import { type Operation, partOf } from '../operation.ts';

/** Who asks for a rollback that no person asked for, in the place of a Slack id and of a name. */
export const monitorName = 'monitor';

/** One deploy is taken back once for each service, whichever of its alerts asks first. */
export function takeBackDelivery({ operation, service }: { operation: string; service: string }): string {
  return `monitor:${operation}/${service}`;
}

/** A deploy that a monitor may take back. */
export interface DeployFact {
  readonly operation: string;
  /** When it ended, milliseconds since 1970. */
  readonly endedAt: number;
  /** The revision that it brought. */
  readonly revision: string;
  /** The revision that had most users before. */
  readonly before: string;
  /** The image that it brought. Absent: it is not known. */
  readonly digest?: string;
}

/** What a deploy that succeeded did to one service. Undefined: it is no such deploy, or there is nothing to go back to. */
export function deployFact(operation: Operation | undefined, service: string): DeployFact | undefined {
  if (operation?.request.kind !== 'deploy' || operation.outcome !== 'succeeded') return undefined;
  const { id, finishedAt } = operation;
  const { candidate, build } = partOf(operation, service)?.results ?? {};
  if (candidate === undefined || finishedAt === undefined) return undefined;
  const [before] = candidate.split
    .filter(({ revision, percent }) => revision !== candidate.revision && percent > 0)
    .toSorted((a, b) => b.percent - a.percent);
  if (before === undefined) return undefined;
  return {
    operation: id,
    endedAt: finishedAt,
    revision: candidate.revision,
    before: before.revision,
    ...(build === undefined ? {} : { digest: build.digest }),
  };
}
