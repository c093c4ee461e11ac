/** Annotations are inherited by each later template, also by those that others make: each is checked against its revision. */
const names = {
  operation: 'slipway.dev/operation',
  deployer: 'slipway.dev/deployer',
  commit: 'slipway.dev/commit',
  /** What the commit was built into. */
  digest: 'slipway.dev/digest',
  from: 'slipway.dev/made-from',
} as const;

type Annotations = Readonly<Record<string, string>> | null | undefined;

/** What slipway writes on its revisions. */
export interface Stamp {
  /** Id of the operation. */
  readonly operation: string;
  /** Name of the person who asked for it. Absent: not told. */
  readonly deployer?: string | undefined;
  /** Full commit. Absent: not known. */
  readonly commit?: string | undefined;
  /** The revision whose template it was made from. Absent: there was none. */
  readonly from?: string | undefined;
}

/** The annotations of a template with our own replaced. */
export function stamped(
  annotations: Annotations,
  { operation, deployer, commit, from }: Stamp,
  image: string,
): Record<string, string> {
  const digest = digestOf(image);
  return {
    ...unstamped(annotations),
    [names.operation]: operation,
    ...(deployer === undefined ? {} : { [names.deployer]: deployer }),
    ...(from === undefined || from === '' ? {} : { [names.from]: from }),
    ...(commit === undefined || digest === undefined
      ? {}
      : { [names.commit]: commit, [names.digest]: digest }),
  };
}

export function unstamped(annotations: Annotations): Record<string, string> {
  const own: ReadonlySet<string> = new Set(Object.values(names));
  return Object.fromEntries(Object.entries(annotations ?? {}).filter(([name]) => !own.has(name)));
}

/** Who made the revision; undefined when it was not slipway, whatever it has inherited. */
export function stampOf(revision: string, annotations: Annotations): Stamp | undefined {
  const operation = annotations?.[names.operation];
  const number = operation?.split('-').at(-1);
  if (operation === undefined || !revision.includes(`-r${number ?? ''}-`)) return undefined;
  return { operation, deployer: annotations?.[names.deployer], from: annotations?.[names.from] };
}

/** The commit that an image was built from, if the annotations speak of this image. */
export function commitIn(annotations: Annotations, image: string): string | undefined {
  return annotations?.[names.digest] === digestOf(image) ? annotations?.[names.commit] : undefined;
}

function digestOf(image: string): string | undefined {
  return image.split('@')[1];
}
