import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import { type CloudSandbox, type CloudSandboxOptions, startCloudSandbox } from './cloud/index.ts';
import { WORLD_WITH_PAST } from './cloud/world.ts';
import { type DockerSandbox, startDockerSandbox } from './docker/index.ts';
import { type GithubSandbox, startGithubSandbox } from './github/index.ts';
import { type PagesSandbox, startPagesSandbox } from './pages/index.ts';
import { type PrivateRedis, startPrivateRedis } from './redis.ts';
import { type SlackLimits, type SlackSandbox, startSlackSandbox } from './slack/index.ts';
import { startTerraformSandbox, type TerraformSandbox } from './terraform/index.ts';

/** Everything slipway needs from outside, on loopback: a Redis, a Slack, a Google Cloud, a GitHub, and whom to page. */
export interface Sandbox {
  readonly redis: PrivateRedis;
  readonly slack: SlackSandbox;
  readonly cloud: CloudSandbox;
  readonly docker: DockerSandbox;
  readonly pages: PagesSandbox;
  readonly terraform: TerraformSandbox;
  readonly github: GithubSandbox;
  /** The environment that points slipway at these: addresses are all that differs from the real ones. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface SandboxOptions {
  /** Told what is installed, if anything has to be. */
  readonly say?: (line: string) => void;
  /** Multiplies the cloud's durations; default 1 is comfortable to watch. */
  readonly pace?: number;
  /** By how much the cloud's durations vary: 0.2 is from 20 % shorter to 20 % longer. Default 0. */
  readonly spread?: number;
  /** Port of the page and Slack's API; default any free one. */
  readonly slackPort?: number;
  readonly cloudPort?: number;
  /** What the cloud is at the beginning, and how fast its load balancer cuts. Default: the world of the demo, 30 s. */
  readonly cloud?: Pick<CloudSandboxOptions, 'world' | 'proxyLifetime'>;
  /** Whether Slack refuses what comes too fast. Default `documented`. */
  readonly slackLimits?: SlackLimits;
  /** Arguments of Node that run the stand-in for Terraform. Default: as it stands beside this file. */
  readonly terraform?: readonly string[];
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { say, pace = 1, spread = 0, slackPort = 0, cloudPort = 0, slackLimits = 'documented' } = options;
  const redis = await startPrivateRedis(say === undefined ? {} : { say });
  const slack = await startSlackSandbox({ port: slackPort, limits: slackLimits });
  const cloud = await startCloudSandbox({
    ...{ pace, spread, port: cloudPort, world: WORLD_WITH_PAST },
    ...options.cloud,
  });
  const docker = await startDockerSandbox({ registry: cloud.registry, pace });
  const pages = await startPagesSandbox();
  const terraform = await startTerraformSandbox(cloud.url, options.terraform);
  const github = await startGithubSandbox();
  const builds = example('cloudbuild-infrastructure.yaml');
  // The image has no examples: there your own file has to name what there is.
  const upload: CloudSandbox['upload'] = (...stored) => {
    cloud.upload(...stored);
  };
  if (builds !== undefined)
    for (const project of ['chat-staging', 'chat-production']) {
      const place = { project, location: 'us-central1', name: 'chat-infrastructure', upload };
      cloud.triggers.define(terraform.trigger(place, builds));
    }
  return {
    redis,
    slack,
    cloud,
    docker,
    pages,
    terraform,
    github,
    environment: {
      ...docker.environment,
      ...pages.environment,
      ...terraform.environment,
      PATH: [docker.bin, terraform.bin, process.env['PATH'] ?? ''].join(path.delimiter),
      ...github.environment,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLIPWAY_CLOUD_ENDPOINT: cloud.endpoint,
      SLIPWAY_CLOUD_WEB: cloud.url,
      REDIS_URL: redis.url,
      // Your own file may be played in the sandbox as well.
      SLIPWAY_CONFIG: process.env['SLIPWAY_CONFIG'] ?? exampleConfig(),
    },
    stop: async () => {
      await Promise.all([
        slack.stop(),
        cloud.stop(),
        docker.stop(),
        pages.stop(),
        github.stop(),
        redis.stop(),
      ]);
      terraform.stop();
    },
  };
}

function exampleConfig(): string {
  const found = example('slipway.yaml');
  if (found === undefined) throw new Error('The example configuration is missing: examples/slipway.yaml');
  return found;
}

/** One of the examples, seen from the sources as well as from the build. */
function example(name: string): string | undefined {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const places = ['../..', '../../..'].map((up) => path.resolve(here, up, 'examples', name));
  return places.find((place) => existsSync(place));
}
