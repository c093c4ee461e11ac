const anyId = /slipway-[0-9a-f]{8}-\d+-/;
/** A service has a few kinds of messages; one that never repeats itself must not fill the memory. */
const mostKinds = 200;
/** A long message is no echo of ours; looking through it would keep us from measuring. */
const longest = 16_384;

/** What the connections of one endpoint heard without having asked, taken together. */
export class Hearsay {
  private readonly unasked = new Set<string>();
  private readonly astray = new Set<string>();

  /** A message that came to a connection which had said nothing. */
  overheard(text: string): void {
    if (this.unasked.size < mostKinds) this.unasked.add(kindOf(text));
  }

  /** Whether such a message comes to everybody, and so is no answer. */
  isAnnouncement(text: string): boolean {
    return this.unasked.has(kindOf(text));
  }

  /** A message of the connection whose ids begin so came to another one. */
  strayed(own: string): void {
    this.astray.add(own);
  }

  hasStrayed(own: string): boolean {
    return this.astray.has(own);
  }
}

/** Finds the awaited echo among all messages of one connection. */
export class Inbox {
  /** What all ids of this connection begin with. */
  readonly own: string;
  /** Beginning of the ids of another connection whose message came here. */
  stray: string | undefined;
  /** Messages since the question that are neither an echo of ours nor anybody's: the first few. */
  private others: string[] = [];
  private asked = false;
  private waiting: { readonly id: string | undefined; readonly resolve: (at: number) => void } | undefined;
  private readonly hearsay: Hearsay;

  constructor(own: string, hearsay: Hearsay) {
    this.own = own;
    this.hearsay = hearsay;
  }

  /** Something that came after the question and does not come to those who ask nothing. */
  get reply(): string | undefined {
    return this.others.find((text) => !this.hearsay.isAnnouncement(text));
  }

  /** Whether what was sent here went to another connection, or another's came here. */
  get crossed(): boolean {
    return this.stray !== undefined || this.hearsay.hasStrayed(this.own);
  }

  expect(id: string | undefined): Promise<number> {
    this.asked = true;
    this.others = [];
    return new Promise((resolve) => {
      this.waiting = { id, resolve };
    });
  }

  take(text: string): void {
    const { waiting } = this;
    if (waiting !== undefined && (waiting.id === undefined || text.includes(waiting.id))) {
      this.waiting = undefined;
      waiting.resolve(performance.now());
      return;
    }
    const own = text.length > longest ? undefined : anyId.exec(text)?.[0];
    if (own === undefined) this.note(text);
    else if (own !== this.own) {
      this.stray = own;
      this.hearsay.strayed(own);
    }
  }

  private note(text: string): void {
    if (!this.asked) this.hearsay.overheard(text);
    else if (this.others.length < 20) this.others.push(text.slice(0, 2_000));
  }
}

const naming = ['type', 'event', 'kind', 'op', 'action', 'topic', 'method', 'cmd'];

/** Messages that differ in numbers, or in all but their type, are of one kind. */
function kindOf(text: string): string {
  const short = text.slice(0, 2_000);
  const type = typeOf(short);
  return type ?? short.slice(0, 200).replace(/[0-9a-f]{8,}|\d+/gi, '#');
}

function typeOf(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const fields = new Map<string, unknown>(Object.entries(JSON.parse(text) as object));
    const name = naming.find((each) => typeof fields.get(each) === 'string');
    return name === undefined ? undefined : `${name} ${String(fields.get(name))}`;
  } catch {
    return undefined;
  }
}
