import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const variables = `variable "project" {
  default = "chat-staging"
}

variable "key" {
  default   = "hush-4711"
  sensitive = true
}
`;

function loadBalancer({
  timeout = 86_400,
  name = 'chat',
  map = true,
}: {
  timeout?: number;
  name?: string;
  map?: boolean;
}) {
  return `resource "google_compute_backend_service" "chat" {
  name             = "${name}"
  project          = var.project
  timeout_sec      = ${timeout}
  session_affinity = "GENERATED_COOKIE"
  security_key     = var.key
}
${
  map
    ? `
resource "google_compute_url_map" "chat" {
  name            = "chat"
  project         = var.project
  default_service = google_compute_backend_service.chat.name
  paths           = "/ws,/ws/*,/websocket,/websocket/*"
}
`
    : ''
}
output "timeout_sec" {
  value = google_compute_backend_service.chat.timeout_sec
}

output "security_key" {
  value     = google_compute_backend_service.chat.security_key
  sensitive = true
}
`;
}

const health = `
resource "google_compute_health_check" "chat" {
  name         = "chat"
  project      = var.project
  request_path = "/health"
}
`;

/** What each ref of the team's repository holds, oldest first; `main` is the last commit of its branch. */
const refs = {
  /** As it is in the world when the sandbox begins. */
  before: loadBalancer({ timeout: 30 }),
  main: loadBalancer({}),
  'timeout-hour': loadBalancer({ timeout: 3_600 }),
  'without-paths': loadBalancer({ map: false }),
  'over-quota': `${health}${loadBalancer({ name: 'over-quota' })}`,
  invalid: loadBalancer({}).replace('timeout_sec ', 'timeout '),
} as const;

export type InfrastructureRef = keyof typeof refs;
export const firstRef: InfrastructureRef = 'before';

/** Makes the team's repository with a branch for each ref. @returns the commit of each */
export function makeRepository(folder: string): Readonly<Record<InfrastructureRef, string>> {
  const inside = path.join(folder, 'infrastructure');
  mkdirSync(inside, { recursive: true });
  const git = (...args: readonly string[]) =>
    execFileSync(
      'git',
      ['-C', folder, '-c', 'user.name=developer', '-c', 'user.email=developer@example.com', ...args],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ).trim();
  git('init', '--quiet', '--initial-branch=before');
  const commits = Object.entries(refs).map(([ref, text]) => {
    if (ref !== 'before') git('checkout', '--quiet', '-B', ref, 'before');
    writeFileSync(path.join(inside, 'variables.tf'), variables);
    writeFileSync(path.join(inside, 'load-balancer.tf'), text);
    git('add', '--all');
    git('commit', '--quiet', `--message=${ref}`);
    return [ref, git('rev-parse', 'HEAD')];
  });
  git('checkout', '--quiet', 'main');
  return Object.fromEntries(commits) as Record<InfrastructureRef, string>;
}
