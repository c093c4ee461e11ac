import { describe, expect, it } from 'vitest';
import { canBypass, decideGate } from '../../src/domain/gate.ts';
import type { GateSnapshot } from '../../src/domain/gate/snapshot.ts';
import { reasons } from '../../src/domain/reasons.ts';

const now = 1_767_607_200_000;
const digest = `sha256:${'a'.repeat(64)}`;
const commit = 'c'.repeat(40);
const open: GateSnapshot = {
  action: 'deploy',
  request: { services: ['backend'], environment: 'production', ref: 'main' },
  who: { id: 'U0DEVELOPER', groups: [] },
  roles: {},
  freezes: [],
  quarantine: [],
  bypass: false,
};
const lock = { by: 'U0REVIEWER', byName: 'reviewer', reason: 'load test', at: now, until: now + 1_000 };
const freezes = [{ reason: 'weekend', until: now + 2_000 }];
const held = { service: 'backend', digest, operation: 'staging-3', reason: 'HTTP 5xx', at: now };
const proof = { digest, commit, ref: 'main', operation: 'staging-4', at: now };
const order = (...proved: readonly (typeof proof)[]) => ({ after: 'staging', proved: { backend: proved } });
const built = (image: { digest: string; commit?: string }) => ({
  ...open.request,
  images: { backend: image },
});

const codes = (more: Partial<GateSnapshot>) => {
  const decision = decideGate({ ...open, ...more });
  return decision.kind === 'refuse' ? decision.blocks.map(({ code }) => code) : [];
};
const notes = (more: Partial<GateSnapshot>) =>
  decideGate({ ...open, ...more }).notes.map(({ kind, code }) => `${kind} ${code}`);

describe('the gates', () => {
  it.each([
    ['nothing is configured', {}, []],
    ['it is locked', { lock }, ['LOCKED']],
    ['it is frozen twice', { freezes: [...freezes, ...freezes] }, ['FROZEN', 'FROZEN']],
    ['another person has the role', { roles: { deploy: ['U0OPERATOR'] } }, ['NOT_ALLOWED']],
    ['the person has the role', { roles: { deploy: ['U0DEVELOPER'] } }, []],
    [
      'a group of the person has it',
      { roles: { deploy: ['S0DEVS'] }, who: { id: 'U1', groups: ['S0DEVS'] } },
      [],
    ],
    [
      'another group has it',
      { roles: { deploy: ['S0DEVS'] }, who: { id: 'U1', groups: [] } },
      ['NOT_ALLOWED'],
    ],
    [
      'Slack does not know the group',
      { roles: { deploy: ['S0DEVS'] }, who: { id: 'U1', groups: 'unknown' } },
      ['ROLE_UNKNOWN'],
    ],
    [
      'Slack knows no group but none is named',
      { roles: { deploy: ['U0OPERATOR'] }, who: { id: 'U1', groups: 'unknown' } },
      ['NOT_ALLOWED'],
    ],
    [
      'Slack knows no group but the person is named',
      { roles: { deploy: ['S0DEVS', 'U1'] }, who: { id: 'U1', groups: 'unknown' } },
      [],
    ],
    ['a worker asks for no person', { roles: { deploy: ['U0OPERATOR'] }, who: undefined }, []],
    ['an image of the service is in quarantine, but which is built is not known', { quarantine: [held] }, []],
    ['the image is in quarantine', { quarantine: [held], request: built({ digest }) }, ['QUARANTINED']],
    ['another image is in quarantine', { quarantine: [held], request: built({ digest: 'sha256:b' }) }, []],
    [
      'that image of another service is',
      { quarantine: [{ ...held, service: 'auth' }], request: built({ digest }) },
      [],
    ],
    ['staging has proved nothing', { order: order() }, ['NOT_PROVED_BEFORE']],
    ['staging has proved something, before the build', { order: order(proof) }, []],
    ['staging has proved the image', { order: order(proof), request: built({ digest }) }, []],
    [
      'staging has proved the commit',
      { order: order(proof), request: built({ digest: 'sha256:b', commit }) },
      [],
    ],
    [
      'staging has proved neither',
      { order: order(proof), request: built({ digest: 'sha256:b' }) },
      ['NOT_PROVED_BEFORE'],
    ],
    [
      'the ref is a commit that staging has proved',
      { order: order(proof), request: { ...open.request, ref: commit } },
      [],
    ],
    [
      'the ref is another commit',
      { order: order(proof), request: { ...open.request, ref: 'd'.repeat(40) } },
      ['NOT_PROVED_BEFORE'],
    ],
    [
      'all at once',
      { lock, freezes, order: order(), roles: { deploy: ['U1'] } },
      ['NOT_ALLOWED', 'LOCKED', 'FROZEN', 'NOT_PROVED_BEFORE'],
    ],
    // A rollback is never kept from users, and never by those who may not.
    ['a rollback meets lock, freeze and order', { action: 'rollback', lock, freezes, order: order() }, []],
    [
      'a rollback needs its own role',
      { action: 'rollback', roles: { deploy: ['U0DEVELOPER'], rollback: ['U1'] } },
      ['NOT_ALLOWED'],
    ],
    ['a lock meets a lock and a freeze', { action: 'lock', lock, freezes }, []],
    ['a lock needs its own role', { action: 'lock', roles: { lock: ['U1'] } }, ['NOT_ALLOWED']],
    ['a lift needs the role of a deploy', { action: 'lift', roles: { deploy: ['U1'] } }, ['NOT_ALLOWED']],
    // An emergency passes rules, and never permission.
    ['an emergency meets every rule', { bypass: true, lock, freezes, order: order() }, []],
    ['an emergency without the role', { bypass: true, lock, roles: { deploy: ['U1'] } }, ['NOT_ALLOWED']],
  ] satisfies [string, Partial<GateSnapshot>, string[]][])('when %s', (_, more, expected) => {
    expect(codes(more)).toEqual(expected);
  });

  it('say what is asked later, and what was passed', () => {
    expect(notes({ order: order(proof), quarantine: [held] })).toEqual([
      'later NOT_PROVED_BEFORE',
      'later QUARANTINED',
    ]);
    expect(
      notes({ order: order(proof), quarantine: [held], request: built({ digest: 'sha256:b' }) }),
    ).toEqual([]);
    expect(notes({ action: 'rollback', lock, freezes })).toEqual(['passed LOCKED', 'passed FROZEN']);
    expect(notes({ bypass: true, lock })).toEqual(['bypassed LOCKED']);
  });

  it('say who opens them, with which button, until when', () => {
    const roles = { lock: ['S0APPROVERS'], approve: ['S0APPROVERS'] };
    const decision = decideGate({ ...open, lock, freezes, roles });
    expect(decision).toMatchObject({
      blocks: [
        {
          until: lock.until,
          clearedBy: { people: ['U0REVIEWER', 'S0APPROVERS'] },
          button: { kind: 'unlock', environment: 'production', lockedAt: now },
        },
        { until: now + 2_000, clearedBy: { people: ['S0APPROVERS'] }, button: { kind: 'bypass' } },
      ],
    });
    expect(decideGate({ ...open, lock })).toMatchObject({ blocks: [{ clearedBy: { people: 'anybody' } }] });
    if (decision.kind === 'refuse')
      for (const block of decision.blocks) expect(reasons[block.code].next).not.toBe('');
  });

  it('can be passed in an emergency only if permission is not among them', () => {
    const blocksOf = (more: Partial<GateSnapshot>) => {
      const decision = decideGate({ ...open, ...more });
      return decision.kind === 'refuse' ? decision.blocks : [];
    };
    expect(canBypass(blocksOf({ lock, freezes, order: order() }))).toBe(true);
    expect(canBypass(blocksOf({ lock, roles: { deploy: ['U1'] } }))).toBe(false);
  });
});
