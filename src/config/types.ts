import type { InfrastructurePolicy } from '../domain/infrastructure/policy.ts';
import type { Github } from '../domain/issue/place.ts';
import type { MonitorPolicy, ServiceCard } from '../domain/monitor/policy.ts';
import type { Teams } from '../domain/page/page.ts';
import type { GatePolicy } from '../domain/policy.ts';
import type { ApprovalPolicy, BuildPlan, HealthCheck, RolloutPolicy } from '../domain/target.ts';
import type { SuiteCommand, SuiteJob, SuitePlan } from '../domain/suite/plan.ts';
import type { WantedTemplate } from '../domain/template.ts';
import type { TokenSource, ValidationPlan } from '../domain/validation/plan.ts';

export interface ServiceConfig {
  readonly card: ServiceCard;
  /** Keys of other services whose users are moved first where they are deployed together. */
  readonly after: readonly string[];
  /** The Cloud Run service name. */
  readonly run: string;
  readonly build: BuildPlan;
  /** At least one. */
  readonly health: readonly HealthCheck[];
  /** Absent: nothing beyond `health` is proved. */
  readonly validation?: ValidationPlan;
  /** Absent: it runs with what Cloud Run has. */
  readonly template?: WantedTemplate;
}

/** A suite of tests, before it is known where it runs. */
export interface SuiteConfig extends Omit<SuitePlan, 'name' | 'run'> {
  readonly run:
    | Omit<SuiteCommand, 'base'>
    | (Omit<SuiteJob, 'project' | 'region'> & { readonly region?: string | undefined });
}

/** What validation does otherwise in one environment. */
export interface EnvironmentValidation {
  /** Over those of the service. */
  readonly headers: Readonly<Record<string, string>>;
  /** Instead of that of the service. */
  readonly bearer?: TokenSource;
}

export interface EnvironmentConfig {
  readonly project: string;
  readonly region: string;
  /** Slack channel id: the environment's own, else the one of the whole file. */
  readonly channel: string;
  /** Git ref that is taken when a command names none. */
  readonly ref: string;
  /** Keys of `Config.services`, in the order of the file. */
  readonly services: readonly string[];
  /** Absent: no approval is asked. */
  readonly approval?: ApprovalPolicy;
  readonly validation?: EnvironmentValidation;
  /** Absent: users reach Cloud Run's own URLs. */
  readonly loadBalancer?: LoadBalancerConfig;
  /** Absent: slipway does not change it. */
  readonly infrastructure?: InfrastructurePolicy;
  readonly rollout: RolloutPolicy;
  /** Absent: it is watched only when somebody asks. */
  readonly monitors?: MonitorPolicy;
  readonly gates: GatePolicy;
  /** What is said of test suites here. Absent: nothing. */
  readonly suites?: {
    readonly afterDeploy: readonly string[];
    /** Over those of the suites. */
    readonly env: Readonly<Record<string, string>>;
  };
  /** By service, over its own. Absent: none is. */
  readonly templates?: Readonly<Record<string, WantedTemplate>>;
}

/** What stands between users and the services of an environment. */
export interface LoadBalancerConfig {
  /** By service: `https://…`, without a path. Services that are not named are reached directly. */
  readonly urls: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly serverless: boolean;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface SlackConfig {
  /** `''` when it was not needed and is not set. */
  readonly botToken: string;
  /** `''` when it was not needed and is not set. */
  readonly appToken: string;
  /** Ends with `/`. */
  readonly apiUrl: string;
  /** Redraws of threads a minute, of all processes together. */
  readonly updatesPerMinute: number;
}

/** Everything a process may know, frozen; the records have no prototype, so any name can be looked up. */
export interface Config {
  /** The path as it was asked for. */
  readonly file: string;
  /** Where threads go that belong to no environment. */
  readonly channel: string;
  readonly slack: SlackConfig;
  /** May hold a password: never print it whole. */
  readonly redisUrl: string;
  /** `host:port` that stands in for every Google API, spoken to without TLS. Undefined: the real ones. */
  readonly cloudEndpoint: string | undefined;
  /** `http://host:port` that stands in for Google's HTTP APIs and every registry of images, without TLS and tokens. Undefined: the real ones. */
  readonly cloudWeb: string | undefined;
  /** What programs such as docker get of the environment; may hold tokens: never print it whole. */
  readonly programs: Readonly<Record<string, string>>;
  readonly logLevel: LogLevel;
  /** Where `GET /healthz` is answered, on loopback. Undefined: nowhere. */
  readonly healthPort: number | undefined;
  /** Holds a token: never print it whole. */
  readonly github: Github;
  /** Hold secrets: never print them whole. */
  readonly teams: Teams;
  readonly services: Readonly<Record<string, ServiceConfig>>;
  readonly suites: Readonly<Record<string, SuiteConfig>>;
  readonly environments: Readonly<Record<string, EnvironmentConfig>>;
}

export interface ConfigProblem {
  /** The path as it was asked for, or `environment` for a variable. */
  readonly file: string;
  /** From 1; undefined for a variable. */
  readonly line: number | undefined;
  /** From 1; undefined for a variable. */
  readonly column: number | undefined;
  /** `environments.production.approval.by[0]`, a variable's name, or `''` for the file as a whole. */
  readonly path: string;
  /** What was expected and what was found; never the value of a secret. */
  readonly message: string;
  /** A line that would be right. */
  readonly example: string;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

export type Need = 'slack-bot' | 'slack-app';

export type Env = Readonly<Record<string, string | undefined>>;

/** Keys and indexes from the top of the file to a value. */
export type Path = readonly (string | number)[];
