import { describe, expect, it } from 'vitest';
import { decideGate } from '../../src/domain/gate.ts';
import type { GateSnapshot } from '../../src/domain/gate/snapshot.ts';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { bypassModal } from '../../src/slack/messages/bypass.ts';
import { canIAnswer, gateRefused } from '../../src/slack/messages/gate.ts';
import { readBypass, readUnlock } from '../../src/slack/messages/gate-buttons.ts';
import { lockNotice, overNotice, unlockedNotice } from '../../src/slack/messages/lock.ts';
import { liftedNotice } from '../../src/slack/messages/quarantine.ts';
import { threadOf } from '../../src/slack/messages/thread.ts';
import { began, requested, told } from '../support/operations.ts';

const request = { services: ['backend'], environment: 'production', ref: 'main' };

function snapshot(text: string): GateSnapshot {
  return {
    action: 'deploy',
    request: { services: ['backend'], environment: 'production', ref: 'main' },
    who: { id: 'U0GUEST', groups: [] },
    roles: { deploy: ['S0DEVS'], lock: ['S0APPROVERS'] },
    lock: { by: 'U0REVIEWER', byName: text, reason: text, at: began, until: began + 1_000 },
    freezes: Array.from({ length: 60 }, () => ({ reason: text, until: began + 1_000 })),
    quarantine: [],
    order: { after: 'staging', proved: {} },
    bypass: false,
  };
}

const nasty = [
  '<!channel>',
  '<@U1>',
  '&'.repeat(5_000),
  '```<!here>```',
  '"',
  '”',
  'a\nb',
  'x'.repeat(9_000),
];

describe.each(nasty.map((text) => [text.slice(0, 20), text]))('%j from outside', (_, text) => {
  const decision = decideGate(snapshot(text));
  const lock = { by: 'U0REVIEWER', byName: text, reason: text, at: began, until: began + 1_000 };
  const bypass = { reason: text, blocks: ['LOCKED'] };
  const [, announced] = threadOf(told(requested({ bypass })));
  const answers = [
    gateRefused(decision.kind === 'refuse' ? decision.blocks : [], request),
    canIAnswer({ decision, approval: { by: ['S0APPROVERS'], expiresMs: 1, self: false } }, request),
    lockNotice('staging', lock),
    unlockedNotice('staging', text),
    overNotice('staging', lock, { kind: 'expired' }),
    overNotice('staging', lock, { kind: 'unlocked', byName: text }),
    overNotice('staging', lock, { kind: 'replaced', byName: text }),
    liftedNotice(
      { service: text, digest: text, operation: text, reason: text, at: began },
      { byName: text, reason: text },
    ),
    { text: announced!.text, blocks: [...announced!.blocks] },
  ];

  it('is what Slack takes, and rings for nobody but who may act', () => {
    for (const { text: said, blocks } of answers) {
      expect(validateBlocks(blocks, 'message')).toEqual([]);
      expect(said.length).toBeLessThanOrEqual(4_000);
      const marks = [...said.matchAll(/<[^>]*>?/g)].map(([mark]) => mark);
      const own = /^<(@U0REVIEWER|!subteam\^S0(DEVS|APPROVERS)|!date\^\d+\^.*)>?$/;
      expect(marks.filter((mark) => !own.test(mark))).toEqual([]);
    }
  });

  it('is broadcast when it is an emergency', () => {
    expect(announced).toMatchObject({ key: 'bypass', broadcast: true });
  });
});

it('the window for an emergency is what Slack takes', () => {
  const { blocks } = bypassModal({ ...request, channel: 'C0DEPLOYS' });
  expect(validateBlocks(blocks, 'modal')).toEqual([]);
});

it.each([undefined, '', 'x', '{}', '[]', 'null', '{"environment":1,"lockedAt":"a","service":2}'])(
  'the button %j is none of ours',
  (value) => {
    expect(readUnlock(value)).toBeUndefined();
    expect(readBypass(value)).toBeUndefined();
  },
);
