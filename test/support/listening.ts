import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from '@slack/bolt';
import { pino } from 'pino';
import { catalogOf, loadConfig, targetOf } from '../../src/config/index.ts';
import type { SlackSandbox } from '../../src/sandbox/slack/index.ts';
import { Approvers } from '../../src/slack/approvers.ts';
import { clientOptions, slackLogger } from '../../src/slack/client.ts';
import { register } from '../../src/slack/listeners/index.ts';
import type { Intake } from '../../src/slack/listeners/intake.ts';
import { Names } from '../../src/slack/names.ts';
import { KeepingReceiver } from '../../src/slack/receiver.ts';
import { changedConfig, changing, type Example } from './example.ts';

const log = pino({ level: 'silent' });

/** What a test brings of the intake; the rest comes from the example configuration and the sandbox. */
export type Brought = Omit<Intake, 'catalog' | 'targetOf' | 'approvers' | 'names' | 'log' | 'run'>;

/** The bot's listeners in this process, connected to a stand-in for Slack. */
export async function startListening(
  slack: SlackSandbox,
  brought: Brought,
  change: (example: Example) => void = () => undefined,
): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-listening-'));
  const env = { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken };
  const loaded = loadConfig({ file: changedConfig(folder, changing(change)), env });
  rmSync(folder, { recursive: true });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  const options = clientOptions(slack.apiUrl, log);
  const receiver = new KeepingReceiver(
    { appToken: slack.appToken, logger: slackLogger(log), installerOptions: { clientOptions: options } },
    log,
  );
  const app = new App({
    token: slack.botToken,
    receiver,
    deferInitialization: true,
    logger: slackLogger(log),
    clientOptions: options,
  });
  register(app, {
    ...brought,
    catalog: catalogOf(config),
    targetOf: (name) => targetOf(config, name),
    approvers: new Approvers(app.client, Date.now),
    names: new Names(app.client),
    run: { service: absent, revision: absent, history: () => Promise.resolve([]) },
    log,
  });
  await app.init();
  await app.start();
  return {
    stop: async () => {
      await receiver.quiet();
      await app.stop();
    },
  };
}

function absent(): Promise<undefined> {
  return Promise.resolve(undefined);
}
