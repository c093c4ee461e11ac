import { beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../src/domain/events.ts';
import type { Operation } from '../../src/domain/operation.ts';
import { keys } from '../../src/ledger/keys.ts';
import { FencedOff, Ledger, type NewRequest } from '../../src/ledger/ledger.ts';
import { requested } from '../support/operations.ts';
import { useRedis } from '../support/redis.ts';

const redis = useRedis();
let ledger: Ledger;
let heard: string[];
beforeEach(() => {
  heard = [];
  ledger = new Ledger(redis.client(), (id, event) => heard.push(`${id} ${event}`));
});

const at = 1_767_607_200_000;
let deliveries = 0;
function request(more: Partial<NewRequest> = {}): NewRequest {
  const { type: _, number: __, uid: ___, ...rest } = requested();
  deliveries += 1;
  return { ...rest, at, deliveryId: `delivery-${deliveries}`, ...more };
}
const open = async (more: Partial<NewRequest> = {}) => (await ledger.open(request(more))).id;
const start = (id: string) => ledger.claim(id, { type: 'started', at, worker: 'w' });
async function claimed(id: string) {
  const claim = await start(id);
  if (claim.kind !== 'claimed') throw new Error(`${id} is ${claim.kind}`);
  return { operation: claim.operation, token: claim.token };
}
const begin: Event = { type: 'step-started', at, step: 'preflight' };
const end = { type: 'finished', at, outcome: 'succeeded' } as const;
const read = async (id: string): Promise<Operation> => (await ledger.operation(id))!;

describe('an operation is opened', () => {
  it('once for each delivery, however often and at once it arrives', async () => {
    const twice = request();
    const answers = await Promise.all([ledger.open(twice), ledger.open(twice), ledger.open(twice)]);
    expect(answers.map(({ id }) => id)).toEqual(['staging-1', 'staging-1', 'staging-1']);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(heard).toEqual(['staging-1 requested']);
    expect(await ledger.unfinished()).toEqual(['staging-1']);
    expect(await read('staging-1')).toMatchObject({
      version: 1,
      request: { services: ['backend'], number: 1 },
    });
  });

  it('and remembers the delivery for longer than Slack tries', async () => {
    const asked = request();
    await ledger.open(asked);
    expect(await redis.client().ttl(keys.request(asked.deliveryId))).toBeGreaterThan(3_000);
  });

  it('with a number of its environment', async () => {
    expect(await open()).toBe('staging-1');
    expect(await open({ environment: 'production' })).toBe('production-1');
    expect(await open({ services: ['auth'] })).toBe('staging-2');
    expect((await read('staging-2')).request.uid).toMatch(/^[a-z2-9]{6}$/);
  });

  it('with the words of people kept as they are', async () => {
    const byName = `"quoted" \\ {} '); redis.call("x") -- \u2028 🚢`;
    expect((await read(await open({ byName }))).request.byName).toBe(byName);
  });
});

describe('the line for a target', () => {
  it('is first in, first out, and everybody knows their place', async () => {
    const [first, second, third] = [await open(), await open(), await open()];
    expect((await read(first)).queue).toBeUndefined();
    expect((await read(second)).queue).toEqual({ behind: first, position: 2 });
    expect((await read(third)).queue).toEqual({ behind: second, position: 3 });
    expect(await start(third)).toEqual({ kind: 'queued', behind: second, position: 3 });
    expect(await start(second)).toEqual({ kind: 'queued', behind: first, position: 2 });
    expect(await ledger.finish(await claimed(first), end)).toEqual([[second, third]]);
    expect(await start(third)).toEqual({ kind: 'queued', behind: second, position: 2 });
    expect(await ledger.finish(await claimed(second), end)).toEqual([[third]]);
    expect(await ledger.finish(await claimed(third), end)).toEqual([[]]);
    expect(await ledger.unfinished()).toEqual([]);
  });

  it('has nothing to do with the line for another', async () => {
    await claimed(await open());
    const others = [await open({ services: ['auth'] }), await open({ environment: 'production' })];
    for (const other of others) expect((await read(other)).queue).toBeUndefined();
    for (const other of others) expect(await start(other)).toMatchObject({ kind: 'claimed' });
  });

  it('does not move for a claim that is refused', async () => {
    await open();
    const second = await open();
    await start(second);
    expect(await read(second)).toMatchObject({ phase: 'queued', version: 2 });
    expect(heard).not.toContain(`${second} started`);
  });
});

describe('a claim', () => {
  it('fences off whoever claimed before', async () => {
    const id = await open();
    const lost = await claimed(id);
    const holder = await claimed(id);
    expect(holder.token).toBeGreaterThan(lost.token);
    heard = [];
    await expect(ledger.append(lost, begin)).rejects.toThrow(FencedOff);
    await expect(ledger.finish(lost, end)).rejects.toThrow(FencedOff);
    expect(heard).toEqual([]);
    expect(await read(id)).toMatchObject({ version: 3, phase: 'running' });
    await ledger.append(holder, begin);
    expect(await ledger.finish(holder, end)).toEqual([[]]);
    expect(await read(id)).toMatchObject({ version: 5, phase: 'finished', outcome: 'succeeded' });
    expect(heard).toEqual([`${id} step-started`, `${id} finished`]);
  });

  it('of what has ended, or never was, finds nothing to do', async () => {
    const id = await open();
    await ledger.finish(await claimed(id), end);
    expect(await start(id)).toEqual({ kind: 'ended' });
    expect(await start('staging-99')).toEqual({ kind: 'ended' });
    expect(await ledger.operation('staging-99')).toBeUndefined();
    expect((await read(id)).version).toBe(3);
  });

  it('by many at once has one holder at last', async () => {
    const id = await open();
    const writers = await Promise.all(Array.from({ length: 10 }, () => claimed(id)));
    const writes = await Promise.allSettled(writers.map((writer) => ledger.append(writer, begin)));
    expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a decision on what was read', () => {
  const click = (by: string): Event => ({ type: 'approved', at, by, byName: by, fingerprint: 'f' });

  it('is written once, whoever comes first', async () => {
    const seen = await read(await open());
    const answers = await Promise.all(['U1', 'U2', 'U3'].map((by) => ledger.appendIf(seen, click(by))));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect((await read(seen.id)).version).toBe(2);
    expect(heard.filter((line) => line.endsWith('approved'))).toHaveLength(1);
  });

  it('is written when it is decided again', async () => {
    const seen = await read(await open());
    await ledger.appendIf(seen, click('U1'));
    expect(await ledger.appendIf(seen, click('U2'))).toBe(false);
    expect(await ledger.appendIf(await read(seen.id), click('U2'))).toBe(true);
  });
});

describe('the mark of a thread that is behind', () => {
  it('is set by every change, and taken away when the thread shows it', async () => {
    const id = await open();
    expect(await ledger.undrawn()).toEqual([id]);
    await ledger.drawn(id, 1);
    expect(await ledger.undrawn()).toEqual([]);
    const writer = await claimed(id);
    expect(await ledger.undrawn()).toEqual([id]);
    const changes = [
      () => ledger.append(writer, begin),
      async () => {
        await ledger.appendIf(await read(id), begin);
      },
      async () => {
        await ledger.finish(writer, end);
      },
    ];
    for (const change of changes) {
      await ledger.drawn(id, (await read(id)).version);
      expect(await ledger.undrawn()).toEqual([]);
      await change();
      expect(await ledger.undrawn()).toEqual([id]);
    }
  });

  it('stays when something happened while it was drawn', async () => {
    const id = await open();
    const { version } = await read(id);
    await claimed(id);
    await ledger.drawn(id, version);
    expect(await ledger.undrawn()).toEqual([id]);
  });
});

describe('an event that cannot be read', () => {
  it.each(['{', '"text"', '{"type":"teleported","at":1}', '{"type":"started","at":"soon","worker":"w"}'])(
    'stops the reader instead of being guessed: %s',
    async (line) => {
      const id = await open();
      await redis.client().rpush(keys.events(id), line);
      await expect(ledger.operation(id)).rejects.toThrow();
      await expect(start(id)).rejects.toThrow();
    },
  );

  it('is not written', async () => {
    const id = await open();
    const writer = await claimed(id);
    const nonsense = { type: 'step-started', at, step: 'lunch' } as unknown as Event;
    await expect(ledger.append(writer, nonsense)).rejects.toThrow();
    await expect(ledger.appendIf(writer.operation, nonsense)).rejects.toThrow();
    expect((await read(id)).version).toBe(2);
  });

  it('at the beginning is no operation', async () => {
    await redis.client().rpush(keys.events('staging-7'), JSON.stringify(begin));
    await expect(ledger.operation('staging-7')).rejects.toThrow('must begin with "requested"');
  });
});
