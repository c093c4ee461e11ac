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
