import { colors } from './colors.ts';
import { reasonCodes } from '../../domain/reasons.ts';
import type { Ephemeral, SlackSandbox, StoredMessage } from '../slack/index.ts';
import { channelName, personName, plain, stampOf, type Task, tasksOf } from './plain.ts';
import type { Terminal } from './terminal.ts';

/** States of an operation after which nothing comes any more, and whether that is good. */
const endStates = new Map([
  ['succeeded', true],
  ['inconclusive', false],
  ['failed', false],
  ['rolled-back', false],
  ['rejected', false],
  ['expired', false],
  ['blocked', false],
  ['cancelled', false],
]);

/** `succeeded`: of an operation, or an answer that started none; `false`: it ended otherwise, or was refused. */
export type OnEnd = (succeeded: boolean) => void;

/** Prints a workspace as it changes: private answers, tasks as they end, replies as they come. */
export function showThreads(slack: SlackSandbox, terminal: Terminal, onEnd: OnEnd): () => void {
  const shown = new Set<string>();
  const roots = new Map<
    string,
    { tasks: readonly Task[]; ended: boolean; reported: boolean; between: boolean }
  >();
  return slack.subscribe((event) => {
    if (event.type === 'ephemeral') showPrivate(event.ephemeral);
    else if (event.type !== 'posted' && event.type !== 'updated') return;
    else if (event.message.threadTs === undefined) showRoot(event.message);
    else if (isNewReply(event.message)) showReply(event.message);
  });

  function showPrivate({ user, text, from }: Ephemeral): void {
    terminal.line(colors.dim(`  only visible to ${personName(user, slack.workspace)}:`));
    for (const line of plain(text, slack.workspace).split('\n')) terminal.line(`    ${line}`);
    // What Slack itself says in private is that a command failed or does not exist.
    const refused = from === 'slack' || reasonCodes.some((code) => text.includes(`\`${code}\``));
    if (refused) onEnd(false);
    // Its thread tells how it goes on.
    else if (!/ is (?:accepted|noted)\b/.test(text)) onEnd(true);
  }

  /** A reply is printed once; one with tasks of its own, as a round has, when these are done. */
  function isNewReply({ ts, ...message }: StoredMessage): boolean {
    if (shown.has(ts) || message.blocks.some(({ type }) => type === 'plan')) return false;
    shown.add(ts);
    return true;
  }

  function showRoot(message: StoredMessage): void {
    const stamp = stampOf(message);
    if (stamp === undefined) return;
    const known = roots.get(stamp.operation);
    if (known === undefined) {
      terminal.line();
      terminal.line(`  ${colors.bold(`#${channelName(message.channel, slack.workspace)}`)}`);
      for (const line of plain(message.text, slack.workspace).split('\n')) terminal.line(`  ${line}`);
    }
    const tasks = tasksOf(message);
    for (const task of tasks)
      showTask(
        task,
        known?.tasks.find(({ id }) => id === task.id),
      );
    const ended = endStates.has(stamp.state);
    const current = { tasks, ended, reported: known?.reported ?? false };
    const going = tasks.find(({ status }) => status === 'in_progress');
    const isAsked = (id: string) => message.blocks.some((block) => block['block_id'] === id);
    const waits = isAsked('decision');
    const between = isAsked('rounds');
    const idle = between ? 'waiting for somebody who deploys the next round' : 'waiting for its turn';
    terminal.activity(ended ? undefined : (going?.title ?? idle), going?.details);
    if (waits && known?.tasks.some(({ details }) => details === going?.details) !== true)
      terminal.line(
        colors.yellow('    [Approve] [Reject]  on the page, or type: as reviewer, then: approve'),
      );
    if (between && known?.between !== true)
      terminal.line(
        colors.yellow('    [Deploy next round] [Re-run failed] [Stop]  on the page, or type: next main'),
      );
    roots.set(stamp.operation, { ...current, between });
    settle(stamp);
  }

  function showTask(task: Task, before: Task | undefined): void {
    if (task.status === before?.status) return;
    const details = task.details === '' ? '' : colors.dim(` · ${task.details}`);
    if (task.status === 'complete') terminal.line(`    ${colors.green('✓')} ${task.title}${details}`);
    if (task.status === 'error') terminal.line(`    ${colors.red('✗')} ${task.title}${details}`);
  }

  function showReply(message: StoredMessage): void {
    const stamp = stampOf(message);
    const lines = plain(message.text, slack.workspace).trimEnd().split('\n');
    for (const line of lines) terminal.line(`      ${colors.dim('│')} ${line}`);
    terminal.line();
    const known = stamp === undefined ? undefined : roots.get(stamp.operation);
    if (stamp?.message !== 'report' || known === undefined) return;
    roots.set(stamp.operation, { ...known, reported: true });
    settle(stamp);
  }

  /** The root and the report are updated apart; it is over when both say so. */
  function settle(stamp: { operation: string; state: string }): void {
    const known = roots.get(stamp.operation);
    if (known?.ended === true && known.reported) onEnd(endStates.get(stamp.state) ?? false);
  }
}
