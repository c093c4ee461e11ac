/** One service as it stands when the sandbox starts, serving one revision with 100 %. */
export interface WorldService {
  readonly name: string;
  /** Pinned: traffic names the revision. Otherwise it follows LATEST. */
  readonly pinned: boolean;
  /** The ref its image was built from: see refs.ts. Default `main`. */
  readonly ref?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
  /** Request timeout in seconds, 1 to 3600. Default 300, which is Cloud Run's own. */
  readonly timeoutSeconds?: number;
  readonly sessionAffinity?: boolean;
  readonly minInstances?: number;
  /** Hours a day, over the last 40 days, in which one of its instances served. Default 16. */
  readonly busyHours?: number;
  /** Variables of a revision before the first one. Default: there was none. */
  readonly envBefore?: Readonly<Record<string, string>>;
}

export interface WorldProject {
  readonly id: string;
  readonly region: string;
  readonly services: readonly WorldService[];
}

export interface World {
  readonly projects: readonly WorldProject[];
}

/** Number in the name of every initial revision: the services have a past. */
export const FIRST_REVISION = 136;

const service = (name: string, environment: string): WorldService => ({
  name,
  pinned: environment === 'production' || name !== 'backend',
  env: {
    E2E_TEST_ENV: environment,
    LOG_LEVEL: environment === 'production' ? 'warning' : 'info',
    SERVICE_NAME: name,
  },
  limits: { cpu: '1', memory: '512Mi' },
});

const project = (environment: string): WorldProject => ({
  id: `chat-${environment}`,
  region: 'us-central1',
  services: ['backend', 'auth', 'frontend'].map((name) => service(name, environment)),
});

export const DEFAULT_WORLD: World = { projects: [project('staging'), project('production')] };

/** The same with a past: somebody gave staging's backend variables by hand, so that end-to-end tests may log in. */
export const WORLD_WITH_PAST: World = {
  projects: DEFAULT_WORLD.projects.map((each) => ({
    ...each,
    services: each.services.map((one) =>
      each.id === 'chat-staging' && one.name === 'backend' ? withPast(one) : one,
    ),
  })),
};

function withPast(service: WorldService): WorldService {
  const { E2E_TEST_ENV: _, ...envBefore } = service.env ?? {};
  const simulated = { E2E_OAUTH_SIMULATION_KEY: 'sandbox', STAGING_E2E_TEST: '1' };
  return { ...service, env: { ...service.env, ...simulated }, envBefore };
}
