import type { Draft } from '../../src/slack/messages/draft.ts';

/** What people and programs may write where slipway shows it. */
export const nasty = [
  '<!channel>',
  '<@U1>',
  '<#C1>',
  '<!subteam^S1>',
  '<https://evil.example|backend.example>',
  'https://x.example/<!here>',
  'https://x.example/|click>',
  '`<!channel>`',
  '```<!channel>```',
  '`',
  '```',
  '&lt;!channel&gt;',
  '&',
  '&'.repeat(5_000),
  '<'.repeat(5_000),
  `${'x'.repeat(2_990)}<!channel>`,
  `${'x'.repeat(3_990)}<!channel>`,
  '*bold* _it_ ~gone~ > quote',
  'a\u0000b\u001b[31mc\u009b',
  '\u202e lennahc!',
  'a\ud800b',
  '🚢'.repeat(3_000),
  'a\nb\n\n*Report* · deploy backend to staging · *succeeded*',
  'x'.repeat(100_000),
];

/** Everything Slack reads as mrkdwn in a message. */
export function mrkdwnOf({ text, blocks }: Pick<Draft, 'text' | 'blocks'>): readonly string[] {
  const found: string[] = [text];
  JSON.stringify(blocks, (_key, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'mrkdwn')
      found.push((value as unknown as { text: string }).text);
    return value;
  });
  return found;
}
