import { formatDuration } from '../domain/duration.ts';
import { visible } from './found.ts';
import type { InfrastructurePolicy } from '../domain/infrastructure/policy.ts';
import type { SuiteReport } from '../domain/suite/plan.ts';
import type { WantedTemplate } from '../domain/template.ts';
import type { ApprovalPolicy } from '../domain/target.ts';
import type { ValidationPlan } from '../domain/validation/plan.ts';
import type { PageWay } from '../domain/page/page.ts';
import type { Config, EnvironmentConfig, ServiceConfig, SuiteConfig } from './types.ts';

/** What `slipway check` prints when all is well. No secret is in it; ends with a newline. */
export function describeConfig(config: Config): string {
  const services = Object.entries(config.services);
  const environments = Object.entries(config.environments);
  const suites = Object.entries(config.suites);
  const counts = [
    plural(services.length, 'service'),
    plural(environments.length, 'environment'),
    ...(suites.length === 0 ? [] : [plural(suites.length, 'test suite')]),
    ...infrastructures(environments),
  ].join(', ');
  return [
    `${visible(config.file)} is valid: ${counts}`,
    ...environments.flatMap(([name, value]) => ['', `environment ${name}`, ...environment(value)]),
    ...services.flatMap(([name, value]) => ['', `service ${name}`, ...service(value)]),
    ...suites.flatMap(([name, value]) => ['', `suite ${name}`, ...suite(value)]),
    ...teams(config),
    '',
    'addresses',
    row('channel', config.channel),
    row('slack', `${config.slack.apiUrl} (${tokens(config)})`),
    row('redis', redisAddress(config.redisUrl)),
    row('github', githubText(config.github)),
    row(
      'google',
      config.cloudEndpoint === undefined ? 'the public APIs' : `${config.cloudEndpoint}, without TLS`,
    ),
    row('log level', config.logLevel),
    '',
  ].join('\n');
}

/** No token is in it. */
function githubText({ apiUrl, repository, token, close }: Config['github']): string {
  const where = repository === undefined ? apiUrl : `${repository} at ${apiUrl}`;
  const closes = close ? ', closed when resolved' : '';
  return `${where}, ${token === undefined ? 'issues are linked' : 'issues are commented on'}${closes}`;
}

function environment({
  project,
  region,
  services,
  channel,
  ref,
  approval,
  gates,
  templates,
  infrastructure,
  suites,
}: EnvironmentConfig): readonly string[] {
  return [
    row('where', `${project}, ${region}`),
    row('services', services.join(', ')),
    row('channel', channel),
    row('ref', ref),
    row('approval', approval === undefined ? 'none asked' : policy(approval)),
    ...(gates.after === undefined ? [] : [row('after', gates.after)]),
    ...Object.entries(gates.roles)
      .filter(([role]) => role !== 'approve' || approval === undefined)
      .map(([role, people]) => row('may', `${role}: ${people.join(', ')}`)),
    ...gates.freeze.map(({ cron, zone, lastsMs, reason }) =>
      row('frozen', `${cron} (${zone}) for ${formatDuration(lastsMs)}: ${visible(reason)}`),
    ),
    ...(suites?.afterDeploy.length
      ? [row('tests', `${suites.afterDeploy.join(', ')}, after each deploy`)]
      : []),
    ...(infrastructure === undefined ? [] : [row('terraform', infrastructureText(infrastructure))]),
    ...Object.entries(templates ?? {}).map(([name, template]) =>
      row('template', `${name}: ${templateText(template)}`),
    ),
  ];
}

/** `infrastructure of 2 (staging, production)` */
function infrastructures(environments: readonly (readonly [string, EnvironmentConfig])[]): readonly string[] {
  const names = environments.filter(([, value]) => value.infrastructure !== undefined).map(([name]) => name);
  return names.length === 0 ? [] : [`infrastructure of ${names.length} (${names.join(', ')})`];
}

/** Of a command the program alone: its arguments may be secrets. */
function suite({ run, timeoutMs, report }: SuiteConfig): readonly string[] {
  const what =
    run.kind === 'command'
      ? `${run.command[0] ?? ''} on the worker${run.cwd === undefined ? '' : `, in ${run.cwd}`}`
      : `the Cloud Run job ${run.job}`;
  return [
    row('runs', `${visible(what)}, within ${formatDuration(timeoutMs)}`),
    row('report', `${report.format}, ${visible(placeText(report))}`),
  ];
}

function placeText({ from }: SuiteReport): string {
  switch (from.kind) {
    case 'stdout':
      return 'its output';
    case 'file':
      return from.path;
    case 'object':
      return `gs://${from.bucket}/${from.object}`;
  }
}

function infrastructureText({ way }: InfrastructurePolicy): string {
  if (way.kind === 'trigger') {
    const { trigger, project, region, bucket, prefix } = way;
    return visible(`trigger ${trigger} in ${project}, ${region}; objects in gs://${bucket}/${prefix}`);
  }
  const { source } = way;
  const where =
    source.kind === 'folder' ? source.folder : `${source.repository}, directory ${source.directory}`;
  return `${way.program}, ${visible(where)}`;
}

function policy({ by, expiresMs, self }: ApprovalPolicy): string {
  const own = self ? 'requesters may approve their own' : 'nobody approves their own';
  return `by ${by.join(' or ')}, within ${formatDuration(expiresMs)}, ${own}`;
}

function service({ run, build, health, validation, template }: ServiceConfig): readonly string[] {
  const account = build.serviceAccount === undefined ? [] : [row('build as', build.serviceAccount)];
  return [
    row('cloud run', run),
    row('source', `${build.repository}, directory ${build.directory}, ${build.dockerfile}`),
    row(
      'image',
      `${build.image}, built ${build.with === 'docker' ? 'by Docker ' : ''}within ${formatDuration(build.timeoutMs)}`,
    ),
    ...account,
    ...health.map(({ path, status, withinMs }) =>
      row('health', `GET ${path} answers ${status} within ${formatDuration(withinMs)}`),
    ),
    ...(validation === undefined ? [] : proved(validation)),
    ...(template === undefined ? [] : [row('template', templateText(template))]),
  ];
}

/** What it says something of, by name: values of variables are told to nobody. */
function templateText({ env = {}, secrets = {}, ...rest }: WantedTemplate): string {
  const variables = Object.entries(env).map(([name, value]) => (value === null ? `no ${name}` : name));
  const references = Object.entries(secrets).map(
    ([name, { secret, version }]) => `${name} from ${secret}:${version}`,
  );
  return [...variables, ...references, ...Object.keys(rest)].join(', ');
}

function proved({ identity, http, websocket, journeys }: ValidationPlan): readonly string[] {
  const bearer = identity.bearer === undefined ? 'without a token' : `with a ${identity.bearer.kind} token`;
  const checks = [
    ...http.map(({ method, path }) => `${method} ${path}`),
    ...websocket.map(({ path }) => path),
  ];
  const scripts = journeys.map(({ name, steps }) => `${name} (${plural(steps.length, 'step')})`);
  return [row('proves', `${visible([...checks, ...scripts].join(', '))}, ${bearer}`)];
}

function teams({ teams: named }: Config): readonly string[] {
  const rows = Object.entries(named).map(([name, ways]) => `  ${name}: ${ways.map(wayText).join(', ')}`);
  return rows.length === 0 ? [] : ['', 'teams to page', ...rows];
}

/** Without keys; of an address the host only, since the rest may be one. */
function wayText(way: PageWay): string {
  return way.kind === 'slack' ? `slack ${way.mention.join(' ')}` : `${way.kind} at ${new URL(way.url).host}`;
}

function tokens({ slack }: Config): string {
  const state = (token: string): string => (token === '' ? 'not set' : 'set');
  return `bot token ${state(slack.botToken)}, app token ${state(slack.appToken)}`;
}

/** Where Redis is, without user, password or query. */
function redisAddress(redisUrl: string): string {
  const { protocol, host, pathname } = new URL(redisUrl);
  return `${protocol}//${host}${pathname}`;
}

function row(label: string, value: string): string {
  return `  ${label.padEnd(10)}${value}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
