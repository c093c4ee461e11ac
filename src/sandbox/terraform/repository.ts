import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';

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
export async function makeRepository(folder: string): Promise<Readonly<Record<InfrastructureRef, string>>> {
  const names = Object.keys(refs);
  const marks = path.join(folder, '.git', 'marks');
  const git = (args: readonly string[], input = '') => execa('git', ['-C', folder, ...args], { input });
  mkdirSync(folder);
  await git(['init', '--quiet']);
  await git(['fast-import', '--quiet', `--export-marks=${marks}`], names.map(commitOf).join(''));
  await git(['checkout', '--quiet', 'main']);
  const commits = new Map(
    Array.from(readFileSync(marks, 'utf8').matchAll(/^:(\d+) (\w+)$/gm), ([, mark, commit]) => [
      mark,
      commit,
    ]),
  );
  return Object.fromEntries(names.map((name, index) => [name, commits.get(String(index + 1))])) as Record<
    InfrastructureRef,
    string
  >;
}

/** All but the first come after that. https://git-scm.com/docs/git-fast-import#_input_format */
function commitOf(ref: string, index: number): string {
  const file = (name: string, text: string) => `M 100644 inline infrastructure/${name}\n${data(text)}`;
  return [
    `commit refs/heads/${ref}\nmark :${index + 1}\n`,
    `committer developer <developer@example.com> ${1_767_258_000 + index} +0000\n${data(ref)}`,
    index === 0 ? '' : 'from :1\n',
    file('variables.tf', variables),
    file('load-balancer.tf', refs[ref as InfrastructureRef]),
  ].join('');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
