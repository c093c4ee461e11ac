/** What kind of work a build step does, told from its id, name and arguments. */
export type StepKind = 'fetch' | 'test' | 'build' | 'push' | 'other';

/** What the agent tells while it works, in this order. */
export const AGENT_EVENTS = [
  'agent_started',
  'agent_thinking',
  'tool_executing',
  'tool_completed',
  'agent_completed',
] as const;
export type AgentEvent = (typeof AGENT_EVENTS)[number];

/** How the code of one git ref behaves. Everything left out works. */
export interface Behaviour {
  /** The build stops at the first step of this kind; `output` is its tail, the real error last. */
  readonly build?: {
    readonly failsAt: StepKind;
    readonly exitCode: number;
    readonly output: readonly string[];
  };
  /** The container exits before it listens. */
  readonly startup?: { readonly exitCode: number; readonly stderr: string };
  /** Answer of GET /health. Default 200 with status ok. */
  readonly health?: { readonly status: number; readonly detail: string; readonly stderr?: string };
  /**
   * `forbidden` answers 403 at the upgrade, `untested` to who does not send the headers of the simulated login as well;
   * `drop` accepts and closes with 1011 at once; `deaf` accepts, and answers neither messages nor pings. Default `echo`.
   */
  readonly socket?: 'echo' | 'forbidden' | 'untested' | 'drop' | 'deaf';
  /** Share of upgrades that answer 503, 0 to 1. Default 0. */
  readonly upgradeErrorRate?: number;
  /** A load balancer in front cuts every WebSocket at its own limit, idle or not: see `proxyLifetime`. */
  readonly behindShortProxy?: boolean;
  /** Milliseconds that answers under /api and echoes are late. Default 0. */
  readonly lateness?: number;
  /** The agent's event that never comes. */
  readonly missingEvent?: AgentEvent;
  /** Instances that take turns, each with sessions of its own. Default 1. */
  readonly instances?: number;
  /** A path whose first request to each instance answers 503; all later ones are answered. */
  readonly coldPath?: string;
  /** Share of requests under /api that answer 500, 0 to 1. Default 0. */
  readonly apiErrorRate?: number;
  /**
   * Share of requests under /api that answer 500 when they came through the service's own URL, 0 to 1. Default 0. Nobody
   * sees it through the URL of a tag: the code takes its database by the host name that was asked, and of the three
   * behind the public name one refuses.
   */
  readonly publicErrorRate?: number;
  /**
   * MiB that each request through the service's own URL leaves behind, in a cache that a tag's host name turns off. Over
   * the limit the instance is killed, and a new one starts. Default 0.
   */
  readonly leak?: number;
  /** MB that an instance fetches, compressed. Default 150. */
  readonly imageSize?: number;
  /** Multiplies the start-up time. Default 1. */
  readonly startupFactor?: number;
}

const PYTEST_FAILURE = [
  '============================= test session starts ==============================',
  'platform linux -- Python 3.12.7, pytest-8.3.4, pluggy-1.5.0',
  'collected 128 items',
  'tests/agents/test_supervisor.py ......F.                                 [ 32%]',
  '=================================== FAILURES ===================================',
  '_______________________ test_supervisor_routes_by_intent _______________________',
  '    def test_supervisor_routes_by_intent(supervisor):',
  '>       assert supervisor.route("where is my invoice?") == "billing"',
  "E       AssertionError: assert 'general' == 'billing'",
  'tests/agents/test_supervisor.py:41: AssertionError',
  '=================== 1 failed, 127 passed, 2 warnings in 6.82s ===================',
  "FAILED tests/agents/test_supervisor.py::test_supervisor_routes_by_intent - AssertionError: assert 'general' == 'billing'",
];

const NAME_ERROR = [
  'Traceback (most recent call last):',
  '  File "/usr/local/bin/uvicorn", line 8, in <module>',
  '    sys.exit(main())',
  '  File "/usr/local/lib/python3.12/site-packages/uvicorn/importer.py", line 19, in import_from_string',
  '    module = importlib.import_module(module_str)',
  '  File "/usr/local/lib/python3.12/importlib/__init__.py", line 90, in import_module',
  '    return _bootstrap._gcd_import(name[level:], package, level)',
  '  File "/app/app/main.py", line 14, in <module>',
  '    from app.agents.supervisor import Supervisor',
  '  File "/app/app/agents/supervisor.py", line 27, in <module>',
  '    sessions = DatabaseSessionManager(settings.database_url)',
  '               ^^^^^^^^^^^^^^^^^^^^^^',
  "NameError: name 'DatabaseSessionManager' is not defined",
].join('\n');

const WORKS: Behaviour = {};

/** The one place to add a ref. */
const REFS: Readonly<Record<string, Behaviour>> = {
  main: WORKS,
  'build-broken': { build: { failsAt: 'test', exitCode: 1, output: PYTEST_FAILURE } },
  'startup-crash': { startup: { exitCode: 1, stderr: NAME_ERROR } },
  'health-500': {
    health: {
      status: 500,
      detail: 'redis: connection refused',
      stderr:
        'ERROR:    health check failed: redis.exceptions.ConnectionError: Error 111 connecting to redis:6379.',
    },
  },
  'ws-forbidden': { socket: 'forbidden' },
  'ws-headers': { socket: 'untested' },
  'ws-drop': { socket: 'drop' },
  'lb-timeout': { behindShortProxy: true },
  'handshake-flaky': { upgradeErrorRate: 0.2 },
  slow: { lateness: 400 },
  deaf: { socket: 'deaf' },
  'journey-broken': { missingEvent: 'tool_completed' },
  'no-affinity': { instances: 2 },
  'cold-cache': { coldPath: '/api/history' },
  'flaky-api': { apiErrorRate: 0.4 },
  'http-500-30': { publicErrorRate: 0.3 },
  'http-500-100': { publicErrorRate: 1 },
  'memory-leak': { leak: 8 },
  'slow-start': { startupFactor: 4 },
  // A whole distribution where an Alpine would do.
  'heavy-image': { imageSize: 350, startupFactor: 3 },
};

// A commit, a version tag, and the usual names of branches: all of them hold working code.
const WORKING_REFS = [
  /^[0-9a-f]{40}$/,
  /^v\d+\.\d+\.\d+$/,
  /^(feature|fix|hotfix|release)\/[\w./-]+$/,
  /^release-[\w.-]+$/,
];

/** Undefined for a ref that the repository does not have. `refs/heads/x` and `refs/tags/x` mean x. */
export function behaviourOf(ref: string): Behaviour | undefined {
  const name = ref.replace(/^refs\/(heads|tags)\//, '');
  if (Object.hasOwn(REFS, name)) return REFS[name];
  return WORKING_REFS.some((pattern) => pattern.test(name)) ? WORKS : undefined;
}
