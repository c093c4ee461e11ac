import { type Catalog, unknownService } from './catalog.ts';
import {
  apart,
  quote,
  type Read,
  readReason,
  refuse,
  tooMuch,
  unknownOption,
  usage,
  type Words,
} from './words.ts';

export interface LiftRequest {
  readonly service: string;
  /** `sha256:` and the beginning of the digest, at least 7 of its digits. */
  readonly digest: string;
  readonly reason: string;
}

const digestPattern = /^(?:sha256:)?([0-9a-f]{7,64})$/;

/** `<service> sha256:… "<reason>"`; the digest as it stands in a thread, in short or whole. */
export function readLift({ names, options }: Words, catalog: Catalog): Read<LiftRequest> {
  const { plain, quoted } = apart(names);
  const [service, ...rest] = plain;
  if (service === undefined) return refuse(usage('To lift a quarantine takes a service and a digest.'));
  const unknown = unknownService(service, catalog);
  if (unknown !== undefined) return refuse(unknown);
  const foreign = options.find((option) => !option.startsWith('sha256:'));
  if (foreign !== undefined) return refuse(unknownOption(foreign));
  const [word, extra] = [...options, ...rest];
  const digits = digestPattern.exec(word ?? '')?.[1];
  if (digits === undefined)
    return refuse(
      usage(
        `${word === undefined ? 'There is no digest' : `${quote(word)} is no digest`} such as sha256:0123456789ab.`,
      ),
    );
  const [said, another] = quoted;
  const reason = readReason(said, 'To lift a quarantine');
  if (reason.kind === 'refused') return reason;
  const unread = extra ?? another;
  if (unread !== undefined) return refuse(tooMuch(unread));
  return { kind: 'read', value: { service, digest: `sha256:${digits}`, reason: reason.value } };
}
