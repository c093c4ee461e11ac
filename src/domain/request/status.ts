import { type Catalog, unknownEnvironment } from './catalog.ts';
import { type Read, refuse, tooMuch, unknownOption, type Words } from './words.ts';

export interface StatusRequest {
  /** Absent: all of them. */
  readonly environment?: string;
}

/** `[environment]` */
export function readStatus({ names, options }: Words, catalog: Catalog): Read<StatusRequest> {
  const [option] = options;
  if (option !== undefined) return refuse(unknownOption(option));
  const [environment, extra] = names;
  if (environment === undefined) return { kind: 'read', value: {} };
  const unknown = unknownEnvironment(environment, catalog);
  if (unknown !== undefined) return refuse(unknown);
  return extra === undefined ? { kind: 'read', value: { environment } } : refuse(tooMuch(extra));
}
