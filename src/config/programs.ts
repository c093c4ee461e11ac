import type { Env } from './types.ts';

/** A program is found by PATH and keeps its caches at home; a test suite gets nothing else of ours. */
const basics = /^(?:PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR)$/;

/**
 * What else of the environment Docker, Git and Terraform are given: where Docker and its builders are, whose
 * credentials they use, and the proxies on the way. No token of slipway's own is among it, nor are Terraform's arguments.
 * Sources: https://docs.docker.com/reference/cli/docker/#environment-variables,
 * https://docs.docker.com/build/building/variables/#build-tool-configuration-variables, for Google's credential helper
 * https://cloud.google.com/artifact-registry/docs/docker/authentication, and for private repositories
 * https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts.
 */
const more =
  /^(?:XDG_RUNTIME_DIR|DOCKER_(?:HOST|CONFIG|CONTEXT|CERT_PATH|TLS_VERIFY)|BUILDX_(?:BUILDER|CONFIG)|SSL_CERT_(?:FILE|DIR)|(?:HTTPS?|NO|ALL)_PROXY|(?:https?|no|all)_proxy|GOOGLE_\w+|CLOUDSDK_\w+|GIT_\w+|SSH_AUTH_SOCK|TF_PLUGIN_CACHE_DIR|TF_CLI_CONFIG_FILE|SystemRoot|USERPROFILE|(?:LOCAL)?APPDATA|Program(?:Files|Data))$/;

type Variables = Readonly<Record<string, string>>;

/** What programs on the worker may know of its environment; may hold tokens: never print it whole. */
export function programsOf(env: Env): Variables {
  return pick(env, (name) => basics.test(name) || more.test(name));
}

/** What of it any program needs. */
export function basicsOf(programs: Variables): Variables {
  return pick(programs, (name) => basics.test(name));
}

function pick(env: Env, isWanted: (name: string) => boolean): Variables {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || value === '' || !isWanted(name) ? [] : [[name, value] as const],
    ),
  );
}
