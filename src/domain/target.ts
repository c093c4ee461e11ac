import type { InfrastructurePolicy } from './infrastructure/policy.ts';
import type { SuitePlan } from './suite/plan.ts';
import type { MonitorPolicy, ServiceCard } from './monitor/policy.ts';
import type { GatePolicy } from './policy.ts';
import type { WantedTemplate } from './template.ts';
import type { ServiceFacts } from './validation/evidence.ts';
import type { ValidationPlan } from './validation/plan.ts';

/** One service in one environment: what a deploy changes. Comes from the configuration. */
export interface Target {
  readonly service: string;
  readonly environment: string;
  readonly project: string;
  readonly region: string;
  /** Cloud Run's name of the service, 1–40 characters. */
  readonly run: string;
  /** Slack channel id for the thread. */
  readonly channel: string;
  /** Services whose users are moved before its own, where they are deployed together. */
  readonly after: readonly string[];
  /** What is deployed when no ref is given. */
  readonly ref: string;
  readonly build: BuildPlan;
  readonly health: readonly HealthCheck[];
  /** Absent: nobody needs to approve. */
  readonly approval?: ApprovalPolicy | undefined;
  /** Absent: nothing beyond `health` is proved. */
  readonly validation?: ValidationPlan | undefined;
  /** Absent: users reach Cloud Run's own URL. */
  readonly front?: Front | undefined;
  readonly rollout: RolloutPolicy;
  /** Absent: everybody may do everything at any time. */
  readonly gates?: GatePolicy | undefined;
  /** Absent: it runs with what Cloud Run has. */
  readonly template?: WantedTemplate | undefined;
  /** Absent: it is watched only when somebody asks, with the defaults. */
  readonly monitors?: MonitorPolicy | undefined;
  /** Absent: none can be run there. */
  readonly suites?: TargetSuites | undefined;
  /** Of its environment. Absent: slipway does not change it. */
  readonly infrastructure?: InfrastructurePolicy | undefined;
  readonly card: ServiceCard;
}

/** The suites that can be run where a target is. */
export interface TargetSuites {
  readonly plans: Readonly<Record<string, SuitePlan>>;
  /** Those that a deploy runs at its end, where a failing test takes it back. */
  readonly afterDeploy: readonly string[];
  /** Every service of the environment, so that tests are told where each of them is. */
  readonly places: readonly Pick<
    Target,
    'service' | 'environment' | 'project' | 'region' | 'run' | 'front'
  >[];
}

/** How a candidate gets its traffic. */
export interface RolloutPolicy {
  /** Percent of the traffic, rising; the last is 100. */
  readonly steps: readonly number[];
  /** Milliseconds that each of them is watched for. */
  readonly bakeMs: number;
  /** Milliseconds that old connections get to end; 0 waits for none. */
  readonly drainMs: number;
  /** Milliseconds in which people can keep what a trigger would take back; 0 goes back at once. */
  readonly countdownMs: number;
  readonly triggers: TriggerLimits;
}

/** Limits above which users are taken back: shares from 0 to 1. */
export interface TriggerLimits {
  /** HTTP 5xx of the candidate above those of the stable revision. */
  readonly serverErrors: number;
  /** WebSocket handshakes of the candidate that fail. */
  readonly handshakeFailures: number;
}

/** The load balancer through which users reach a service. */
export interface Front {
  /** `https://…`, without a path. */
  readonly url: string;
  /** Backend time-out in milliseconds: it ends WebSockets too, unless the backend is a serverless NEG. */
  readonly timeoutMs: number;
  /** The backend is a serverless NEG, whose time-out cannot be set. */
  readonly serverless: boolean;
}

/** Where users reach a service, and what is known of that way. */
export function usersWay(
  { front }: { readonly front?: Front | undefined },
  service: { readonly url: string; readonly requestTimeoutMs?: number | undefined },
): { readonly url: string; readonly facts: ServiceFacts } {
  const { url, requestTimeoutMs } = service;
  if (front === undefined) return { url, facts: { requestTimeoutMs } };
  return { url: front.url, facts: { requestTimeoutMs, loadBalancer: front } };
}

export interface BuildPlan {
  /** Who builds: Cloud Build, or the Docker of the worker. Default `cloud-build`. */
  readonly with?: 'cloud-build' | 'docker';
  /** An `https://` Git URL, or `projects/P/locations/R/connections/C/repositories/R` of Cloud Build. */
  readonly repository: string;
  /** Folder of the service inside the repository; `.` is the repository itself. */
  readonly directory: string;
  /** Path of the Dockerfile, relative to `directory`. */
  readonly dockerfile: string;
  /** Image name without tag or digest. */
  readonly image: string;
  /** Milliseconds a build may take. */
  readonly timeoutMs: number;
  /** `projects/PROJECT/serviceAccounts/EMAIL`, the form Cloud Build asks for. Absent: the project's default. */
  readonly serviceAccount?: string | undefined;
  /** Name or id of the Cloud Build trigger whose builds begin the next of some rounds. Absent: none does. */
  readonly trigger?: string | undefined;
}

/** What must be proved over HTTP before a candidate gets users. */
export interface HealthCheck {
  /** Path and optional query, starting with `/`. */
  readonly path: string;
  /** The one HTTP status that counts as healthy. */
  readonly status: number;
  /** Milliseconds until the whole answer must be there. */
  readonly withinMs: number;
}

export interface ApprovalPolicy {
  /** Slack user ids (`U…`, `W…`) and user group ids (`S…`); at least one. */
  readonly by: readonly string[];
  /** Milliseconds until a question nobody answered is void. */
  readonly expiresMs: number;
  /** Whether the requester may approve their own operation. */
  readonly self: boolean;
}

/** The key of a target: one operation at a time holds its lease. */
export function targetKey(target: { readonly service: string; readonly environment: string }): string {
  return `${target.environment}/${target.service}`;
}
