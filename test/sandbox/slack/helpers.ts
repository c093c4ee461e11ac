import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { startSlackSandbox } from '../../../src/sandbox/slack/index.ts';
import type { SandboxEvent, SlackSandbox } from '../../../src/sandbox/slack/index.ts';
import type { SlackSandboxOptions } from '../../../src/sandbox/slack/index.ts';

const cleanups: (() => Promise<unknown>)[] = [];

/** For afterEach: stops what the test started, last first. */
export async function stopAll(): Promise<void> {
  for (const stop of cleanups.splice(0).reverse()) await stop();
}

export async function sandbox(options: SlackSandboxOptions = {}): Promise<SlackSandbox> {
  const slack = await startSlackSandbox({ limits: 'off', ...options });
  cleanups.push(() => slack.stop());
  return slack;
}

export function webClient(slack: SlackSandbox, retries = 0): WebClient {
  return new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries, minTimeout: 1, maxTimeout: 1 },
    logLevel: LogLevel.ERROR,
  });
}

/** A real Bolt app in Socket Mode. */
export async function boltApp(slack: SlackSandbox, prepare: (app: App) => void): Promise<App> {
  const clientOptions = { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logLevel: LogLevel.ERROR,
    // Bolt waits this long before it connects again.
    clientPingTimeout: 300,
    installerOptions: { clientOptions },
  });
  const app = new App({ token: slack.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
  prepare(app);
  await app.start();
  cleanups.push(() => receiver.client.disconnect());
  return app;
}

/** Resolves with the first event that fits, from now on. */
export function eventually<T extends SandboxEvent>(
  slack: SlackSandbox,
  fits: (event: SandboxEvent) => event is T,
): Promise<T>;
export function eventually(
  slack: SlackSandbox,
  fits: (event: SandboxEvent) => boolean,
): Promise<SandboxEvent>;
export function eventually(
  slack: SlackSandbox,
  fits: (event: SandboxEvent) => boolean,
): Promise<SandboxEvent> {
  return new Promise((resolve) => {
    const stop = slack.subscribe((event) => {
      if (!fits(event)) return;
      stop();
      resolve(event);
    });
  });
}
