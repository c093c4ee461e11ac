import { describe, expect, test } from 'vitest';
import { brief, changed, ENV, problemsOf, SMALL, writeConfig } from './support.ts';
import { loadConfig } from '../../src/config/index.ts';

const REPOSITORY = 'repository: https://github.com/example/chat.git';
const IMAGE = 'image: us-docker.pkg.dev/chat-staging/apps/backend';
const REGION = 'region: us-central1';
const KEYS_OF_BUILD = 'repository, directory, dockerfile, image, timeout, serviceAccount, trigger, with';

const underBuild = (line: string): string => changed(IMAGE, `${IMAGE}\n      ${line}`);
const underService = (line: string): string => changed('  backend:', `  backend:\n    ${line}`);
const underStaging = (line: string): string => changed(REGION, `${REGION}\n    ${line}`);

type Row = readonly [name: string, text: string, ...problems: string[]];

const FAULTS: readonly Row[] = [
  [
    'a channel by its name',
    changed('C0DEPLOYS', '"#deploys"'),
    '1:10 channel: expected a Slack channel id such as C0DEPLOYS (not the name of the channel), found "#deploys"',
  ],
  [
    'no channel',
    changed('channel: C0DEPLOYS\n', ''),
    '1:1 channel: expected a Slack channel id such as C0DEPLOYS (not the name of the channel), found nothing',
  ],
  [
    'a mistyped key at the top',
    changed('channel:', 'slak: {}\nchannel:'),
    '1:1 slak: expected one of channel, slack, pages, github, services, suites, environments, found the unknown key "slak"; did you mean slack?',
  ],
  [
    'a key in the wrong case',
    underBuild('dockerFile: Dockerfile'),
    `7:7 services.backend.build.dockerFile: expected one of ${KEYS_OF_BUILD}, found the unknown key "dockerFile"; did you mean dockerfile?`,
  ],
  [
    'a key that resembles nothing',
    underStaging('zone: a'),
    '11:5 environments.staging.zone: expected one of project, region, channel, ref, services, approval, roles, freeze, after, validation, loadBalancer, infrastructure, rollout, templates, monitors, suites, found the unknown key "zone"',
  ],
  [
    'a name of a service in capitals',
    changed('  backend:', '  Backend:'),
    '3:3 services.Backend: expected a name of 1 to 32 lower-case letters, digits and -, starting with a letter, found "Backend"',
  ],
  [
    'a name of 33 letters',
    changed('  staging:', `  ${'s'.repeat(33)}:`),
    `8:3 environments.${'s'.repeat(33)}: expected a name of 1 to 32 lower-case letters, digits and -, starting with a letter, found "${'s'.repeat(33)}"`,
  ],
  [
    'a Cloud Run name of 41 letters',
    underService(`run: ${'b'.repeat(41)}`),
    `4:10 services.backend.run: expected a Cloud Run service name of at most 40 lower-case letters, digits and -, such as backend, found "${'b'.repeat(41)}"`,
  ],
  [
    'a repository over ssh',
    changed(REPOSITORY, 'repository: git@github.com:example/chat.git'),
    '5:19 services.backend.build.repository: expected an https:// Git URL without user or password, or projects/P/locations/R/connections/C/repositories/R, found "git@github.com:example/chat.git"',
  ],
  [
    'an image with a tag',
    changed(IMAGE, `${IMAGE}:latest`),
    '6:14 services.backend.build.image: expected an image name without tag or digest such as us-central1-docker.pkg.dev/chat-staging/apps/backend, found "us-docker.pkg.dev/chat-staging/apps/backend:latest"',
  ],
  [
    'a directory outside the repository',
    underBuild('directory: a/../../b'),
    '7:18 services.backend.build.directory: expected a folder inside the repository such as services/backend, found "a/../../b"',
  ],
  [
    'a Dockerfile that reads as an option',
    underBuild('dockerfile: --help'),
    '7:19 services.backend.build.dockerfile: expected a file inside the directory such as Dockerfile, found "--help"',
  ],
  [
    'a duration without a unit',
    underBuild('timeout: 10'),
    '7:16 services.backend.build.timeout: expected a duration from 1s to 1d such as 10m, found the number 10',
  ],
  [
    'a duration that is too long',
    underBuild('timeout: 25h'),
    '7:16 services.backend.build.timeout: expected a duration from 1s to 1d such as 10m, found "25h"',
  ],
  [
    'a duration that is too short',
    underBuild('timeout: 999ms'),
    '7:16 services.backend.build.timeout: expected a duration from 1s to 1d such as 10m, found "999ms"',
  ],
  [
    'a path, a status and a time of a check',
    underService('health: [{ path: health, status: 700, within: 5 s }]'),
    '4:22 services.backend.health[0].path: expected a path that starts with / such as /health, found "health"',
    '4:38 services.backend.health[0].status: expected an HTTP status from 100 to 599 such as 200, found the number 700',
    '4:51 services.backend.health[0].within: expected a duration from 10ms to 1m such as 2s, found "5 s"',
  ],
  [
    'no checks',
    underService('health: []'),
    '4:13 services.backend.health: expected at least 1 entry, found an empty list',
  ],
  [
    'too many checks',
    underService(`health: [${'{},'.repeat(21)}]`),
    '4:13 services.backend.health: expected at most 20 entries, found a list',
  ],
  [
    'a mapping for a list',
    underService('health: { path: /health }'),
    '4:13 services.backend.health: expected a list, found a mapping',
  ],
  [
    'a zone for a region',
    changed(REGION, 'region: us-central1-a'),
    '10:13 environments.staging.region: expected a Google Cloud region such as us-central1, found "us-central1-a"',
  ],
  [
    'a project in capitals',
    changed('project: chat-staging', 'project: Chat'),
    '9:14 environments.staging.project: expected a Google Cloud project id such as chat-staging, found "Chat"',
  ],
  [
    'a ref that reads as an option',
    underStaging('ref: --upload-pack=x'),
    '11:10 environments.staging.ref: expected a Git branch, tag or commit such as main, found "--upload-pack=x"',
  ],
  [
    'a service nobody wrote',
    underStaging('services: [backend, bakcend]'),
    '11:25 environments.staging.services[1]: expected a name from services (did you mean backend?), found "bakcend"',
  ],
  [
    'a service named as something every object has',
    underStaging('services: [constructor]'),
    '11:16 environments.staging.services[0]: expected a name from services, found "constructor"',
  ],
  [
    'a service twice',
    underStaging('services: [backend, backend]'),
    '11:25 environments.staging.services[1]: expected each service once, found backend again',
  ],
  [
    'an approval with nothing in it',
    underStaging('approval:'),
    '11:14 environments.staging.approval: expected a mapping, found nothing',
  ],
  [
    'nobody to approve',
    underStaging('approval: { by: [] }'),
    '11:21 environments.staging.approval.by: expected at least 1 entry, found an empty list',
  ],
  [
    'an approver by name, an expiry of eight days, a yes',
    underStaging('approval: { by: [operator], expires: 8d, self: yes }'),
    '11:22 environments.staging.approval.by[0]: expected a Slack user id (U…, W…) or user group id (S…) such as S0APPROVERS, found "operator"',
    '11:42 environments.staging.approval.expires: expected a duration from 1s to 7d such as 30m, found "8d"',
    '11:52 environments.staging.approval.self: expected true or false, found "yes"',
  ],
  [
    'a countdown of eleven minutes',
    underStaging('rollout: { countdown: 11m }'),
    '11:27 environments.staging.rollout.countdown: expected a duration from 0ms to 10m such as 0s, found "11m"',
  ],
  [
    'two environments on one Cloud Run service',
    `${SMALL}  production: { project: chat-staging, region: us-central1 }\n`,
    '11:3 environments.production: expected each Cloud Run service (project, region and run) in one target only, found that production/backend is the same as staging/backend',
  ],
  [
    'no services at all',
    'channel: C0DEPLOYS\nservices: {}\nenvironments: {}\n',
    '2:11 services: expected at least one service, found an empty mapping',
    '3:15 environments: expected at least one environment, found an empty mapping',
  ],
  [
    'a missing variable',
    changed('project: chat-staging', 'project: ${env:TEAM_PROJECT}'),
    '9:14 environments.staging.project: expected the environment variable TEAM_PROJECT to be set, found nothing',
  ],
  [
    'a reference that is malformed',
    changed('project: chat-staging', 'project: ${TEAM_PROJECT}'),
    '9:14 environments.staging.project: expected ${env:NAME} with letters, digits and _ in the name, found another use of ${',
  ],
];

describe('a bad file has exactly these problems', () => {
  test.each(FAULTS)('%s', (_name, text, ...problems) => {
    expect(brief(problemsOf(text))).toEqual(problems);
  });
});

test('all problems are told at once, in the order of the file, each with a file and an example', () => {
  const file = writeConfig(
    changed('C0DEPLOYS', 'deploys')
      .replace(REPOSITORY, 'repo: x')
      .replace('chat-staging\n', '${env:NOPE}\n')
      .replace(REGION, `${REGION}\n    services: [auth]`),
  );
  const result = loadConfig({ file, env: { ...ENV, SLACK_APP_TOKEN: undefined, SLIPWAY_LOG_LEVEL: 'loud' } });
  const problems = result.ok ? [] : result.problems;
  expect(problems.map(({ line, path }) => [line, path])).toEqual([
    [1, 'channel'],
    [4, 'services.backend.build.repository'],
    [5, 'services.backend.build.repo'],
    [9, 'environments.staging.project'],
    [11, 'environments.staging.services[0]'],
    [undefined, 'SLACK_APP_TOKEN'],
    [undefined, 'SLIPWAY_LOG_LEVEL'],
  ]);
  expect(problems.map((problem) => problem.file)).toEqual([
    ...Array<string>(5).fill(file),
    'environment',
    'environment',
  ]);
  expect(problems.filter(({ example }) => example === '')).toEqual([]);
  expect(problems[1]?.example).toBe('repository: https://github.com/example/chat.git');
});

test('a fault in shared text is told once, where the text is', () => {
  const text = changed('    build:', '    build: &build')
    .replace(IMAGE, 'image: a:b')
    .replace('environments:', '  auth:\n    run: auth\n    build:\n      <<: *build\nenvironments:');
  expect(problemsOf(text).map(({ line, path }) => [line, path])).toEqual([
    [6, 'services.backend.build.image'],
  ]);
});
