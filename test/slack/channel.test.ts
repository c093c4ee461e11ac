import { WebClient } from '@slack/web-api';
import { expect, it, onTestFinished } from 'vitest';
import { channelState } from '../../src/slack/channel.ts';
import { startSlackSandbox } from '../../src/sandbox/slack/index.ts';

it('tells whether a channel can be posted to, and no when Slack does not say', async () => {
  const slack = await startSlackSandbox({ limits: 'off' });
  onTestFinished(() => slack.stop());
  const options = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
  const client = new WebClient(slack.botToken, options);
  expect(await channelState(client, 'C0DEPLOYS')).toEqual({ kind: 'open' });
  expect(await channelState(client, 'C0NONE')).toEqual({ kind: 'closed', why: 'channel_not_found' });
  slack.faults.archive('C0RELEASES', true);
  expect(await channelState(client, 'C0RELEASES')).toEqual({ kind: 'closed', why: 'is_archived' });
  slack.faults.fail('conversations.info', 'error-5xx');
  expect(await channelState(client, 'C0DEPLOYS')).toMatchObject({ kind: 'unknown' });
  const stranger = new WebClient('xoxb-nobody', options);
  expect(await channelState(stranger, 'C0DEPLOYS')).toEqual({ kind: 'unknown', why: 'invalid_auth' });
});
