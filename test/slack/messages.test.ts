import { describe, expect, it } from 'vitest';
import { controlsOf } from '../../src/domain/controls.ts';
import { awaitsApproval, type Operation } from '../../src/domain/operation.ts';
import { openCountdown } from '../../src/domain/countdown.ts';
import { reasons } from '../../src/domain/reasons.ts';
import { validateBlocks } from '../../src/sandbox/slack/index.ts';
import { readButton } from '../../src/slack/messages/decision-buttons.ts';
import { threadOf } from '../../src/slack/messages/thread.ts';
import { plain, draftOf, keysOf, textOf } from '../support/drafts.ts';
import {
  asked,
  begin,
  digest,
  done,
  fingerprint,
  guarded,
  results,
  started,
  told,
} from '../support/operations.ts';
import { stories } from '../support/stories.ts';

const all = Object.entries(stories());

/** The message that asks a person for a word. */
function awaited(operation: Operation): readonly string[] {
  if (awaitsApproval(operation)) return ['approval'];
  if (operation.drift === undefined) return [];
  return [operation.results.candidate === undefined ? 'candidate' : 'shift'];
}

describe.each(all)('the thread of an operation that is %s', (_, operation) => {
  const thread = threadOf(operation);

  it('is what Slack takes', () => {
    for (const { blocks, text } of thread) {
      expect(validateBlocks(blocks, 'message')).toEqual([]);
      expect(text.length).toBeLessThanOrEqual(4000);
      expect(text).not.toBe('');
    }
  });

  it('begins with its root, names each message once and ends with the report', () => {
    const keys = thread.map(({ key }) => key);
    expect(keys[0]).toBe('root');
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.includes('report')).toBe(operation.phase === 'finished');
    if (operation.phase === 'finished') expect(keys.at(-1)).toBe('report');
  });

  it('has exactly the buttons that act now: at the root, and where people decide in time', () => {
    const shown = thread.flatMap(({ key, blocks }) =>
      blocks.flatMap((block) => (block.type === 'actions' ? [`${key} ${block.block_id ?? ''}`] : [])),
    );
    expect(shown).toEqual([
      ...(awaitsApproval(operation) ? ['root decision'] : []),
      ...(controlsOf(operation).length > 0 ? ['root controls'] : []),
      ...(openCountdown(operation) === undefined ? [] : ['countdown-1 controls']),
    ]);
  });

  it('rings for nobody but those whose word is awaited', () => {
    const ringing = thread.filter(({ text, blocks }) => /<[@!](?!date)/.test(text + JSON.stringify(blocks)));
    expect(ringing.map(({ key }) => key)).toEqual(awaited(operation));
  });

  it('is shown in the channel as well only when it failed or is about to be taken back', () => {
    const loud = thread.filter(({ broadcast }) => broadcast).map(({ key }) => key);
    const failed = ['failed', 'rolled-back', 'blocked'].includes(operation.outcome ?? '');
    const countdowns = operation.countdowns.map((_countdown, index) => `countdown-${index + 1}`);
    expect(loud).toEqual([...countdowns, ...(failed ? ['report'] : [])]);
  });

  it('says in its first line and in the report what, where and which', () => {
    for (const { key, text } of thread.filter(({ key }) => key === 'root' || key === 'report')) {
      expect(text, key).toMatch(/deploy backend to staging.*staging #42/i);
      expect(text).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  it('tells the cause once in a message', () => {
    for (const { text } of thread) expect(text.split('*Cause*').length).toBeLessThanOrEqual(2);
  });

  it('gives each step of the plan its task', () => {
    const [plan] = thread[0]!.blocks.filter((block) => block.type === 'plan');
    expect(plan?.tasks?.map(({ task_id }) => task_id)).toEqual(operation.steps.map(({ name }) => name));
  });

  it('tells the reason, what it means and what to do in text alone', () => {
    if (operation.failure === undefined || operation.phase !== 'finished') return;
    const { code, step, summary } = operation.failure;
    const report = plain(thread.at(-1)!.text);
    expect(report).toContain(code);
    expect(report).toContain(summary);
    const stuck = report.includes('Traffic could not be put back');
    expect(report).toContain(`Next ${stuck ? 'Give the traffic back' : reasons[code].next}`);
    expect(report).toMatch(/Traffic (untouched|put back|left as|could not be put back)/);
    expect(thread.some(({ key }) => key === step || step === 'approval')).toBe(true);
  });
});

describe('the root', () => {
  it.each([
    ['requested', 'queued'],
    ['queued', 'queued, #2 behind staging #41'],
    ['started', 'running'],
    ['building', 'Build …'],
    ['yielded', 'Build …'],
    ['creating', 'Candidate …'],
    ['waiting', 'waiting for approval'],
    ['looking again', 'waiting for approval'],
    ['asked again', 'waiting for approval'],
    ['restoring', 'Restore …'],
    ['counting down', 'going back unless somebody keeps it'],
    ['kept', 'Shift traffic …'],
    ['succeeded', 'succeeded in 13 s'],
    ['not built', 'failed at Build after 5 s'],
    ['never ready', 'failed at Candidate after'],
    ['rolled back', 'rolled back after 15 s: Verify failed'],
    ['not restored', 'failed at Verify after'],
    ['rejected', 'rejected'],
    ['expired', 'not approved in time'],
  ])('of an operation that is %s says %j', (story, status) => {
    expect(textOf(story, 'root').split('\n')[0]).toContain(` · ${status}`);
  });

  it('tells who asked for what, and the image once there is one', () => {
    expect(textOf('building', 'root')).toContain('ref `main` · by reviewer');
    expect(textOf('creating', 'root')).toContain('image `0123456789ab`');
  });

  it('carries on its buttons what was shown', () => {
    const [actions] = draftOf('waiting', 'root').blocks.filter((block) => block.type === 'actions');
    const values = actions!.elements.map((element) => ('value' in element ? element.value : undefined));
    for (const value of values) expect(readButton(value)).toEqual({ operation: 'staging-42', fingerprint });
    expect(values).toHaveLength(2);
  });

  it.each([undefined, '', 'x', '{}', '[]', 'null', '{"operation":1,"fingerprint":"a"}'])(
    'does not know the button %j',
    (value) => {
      expect(readButton(value)).toBeUndefined();
    },
  );
});

describe('the replies', () => {
  it('come with the steps that have something to show', () => {
    expect(keysOf('succeeded')).toEqual(['root', 'build', 'candidate', 'prove', 'shift', 'report']);
    expect(keysOf('never ready')).toEqual(['root', 'build', 'candidate', 'restore', 'report']);
    expect(keysOf('waiting')).toEqual(['root', 'build', 'approval']);
  });

  it('of a failed step tell what was seen, the log and the next step', () => {
    const text = textOf('never ready', 'candidate');
    expect(text).toMatch(/^Candidate failed/);
    expect(text).toContain('CANDIDATE_NOT_READY');
    expect(text).toContain('HEALTH_CHECK_CONTAINER_ERROR: the container exited');
    expect(text).toContain(`Next ${reasons.CANDIDATE_NOT_READY.next}`);
    expect(text).toContain(
      "```\nTraceback (most recent call last):\nNameError: name 'x' is not defined\n```",
    );
  });

  it('of the checks tell each verdict', () => {
    const text = textOf('succeeded', 'prove');
    expect(text).toContain('✓ GET /health: healthy, 20 of 20, p95 12 ms');
    expect(text).toContain('? GET /health2: inconclusive');
  });

  it('of the approval tell whom it waits for, and what became of it', () => {
    expect(textOf('waiting', 'approval')).toContain('<@U0REVIEWER> or <!subteam^S0APPROVERS>');
    expect(textOf('approved', 'approval')).toMatch(/^Approved by reviewer/);
    expect(textOf('rejected', 'approval')).toMatch(/^Rejected by reviewer/);
    expect(textOf('expired', 'approval')).toMatch(/^Nobody approved in time/);
  });

  it('of the approval tell what the image was built from', () => {
    const build = done('build', { ...results.build, commit: 'c'.repeat(40) });
    const story = (retryOf?: string) =>
      told(
        { ...guarded, ...(retryOf === undefined ? {} : { retryOf }) },
        started,
        ...build,
        begin('approval'),
        asked(),
      );
    const image = (operation: Operation) =>
      threadOf(operation)
        .find(({ key }) => key === 'approval')
        ?.text.split('\n')
        .find((line) => line.startsWith('*Image*'));
    expect(image(story())).toBe(`*Image* \`${digest}\` from ref \`main\`, at commit \`cccccccccccc\``);
    expect(image(story('staging-41'))).toContain('at commit `cccccccccccc`, built for staging #41');
  });

  it('of a way back tell whose change it met, and what the next change begins from', () => {
    const over = textOf('rolled back over a change', 'restore');
    expect(over).toContain(
      'Somebody else (the last change is by reviewer) had made it backend-r42-k3f9ab 100 %: that is overwritten.',
    );
    expect(over).toContain(
      'The next change of the service begins from `backend-r42-k3f9ab`: its configuration could not be put back. It did not work.',
    );
    const left = textOf('left as somebody else has put it', 'restore');
    expect(left).toMatch(/^Traffic left as somebody else has put it/);
    expect(left).toContain('no user is on the candidate, so it stays so.');
  });

  it('of an approval that failed for another reason tell that reason', () => {
    const text = textOf('changed while asking', 'approval');
    expect(text).toContain('CONFIG_CHANGED');
    expect(text).not.toContain('Nobody approved in time');
  });
});

describe('the report', () => {
  it('of a success tells what serves, and what served before', () => {
    const text = textOf('succeeded', 'report');
    expect(text).toContain('succeeded in 13 s');
    expect(text).toContain('Revision `backend-r42-k3f9ab`, before backend-00136-xyz 100 %');
    expect(text).toContain('Traffic backend-r42-k3f9ab 100 %');
    expect(text).toContain('URL <https://backend.example>');
    expect(text).toContain('Next nothing to do');
    expect(text).not.toContain('Approved by');
    expect(textOf('approved and succeeded', 'report')).toContain('Approved by reviewer');
  });

  it('tells where the traffic is after a failure', () => {
    expect(textOf('not built', 'report')).toContain('Traffic untouched: backend-00136-xyz 100 %');
    expect(textOf('rolled back', 'report')).toContain('Traffic put back: backend-00136-xyz 100 %');
    expect(textOf('not restored', 'report')).toContain('Traffic could not be put back');
    expect(textOf('not permitted', 'report')).toContain('Traffic untouched');
  });
});
