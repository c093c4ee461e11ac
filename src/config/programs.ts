import type { Env } from './types.ts';

/**
 * What of the environment programs on the worker are given: where they are, where Docker and its builders are, whose
 * credentials they use, and the proxies on the way. Nothing else, so that no token of slipway's own gets into a build.
 * Sources: https://docs.docker.com/reference/cli/docker/#environment-variables,
 * https://docs.docker.com/build/building/variables/#build-tool-configuration-variables, and for Google's credential
 * helper https://cloud.google.com/artifact-registry/docs/docker/authentication.
 */
const passedOn = [
  'PATH',
  'HOME',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
  'DOCKER_HOST',
  'DOCKER_CONFIG',
  'DOCKER_CONTEXT',
  'DOCKER_CERT_PATH',
  'DOCKER_TLS_VERIFY',
  'BUILDX_BUILDER',
  'BUILDX_CONFIG',
  // Of private repositories: https://docs.docker.com/build/building/secrets/#git-authentication-for-remote-contexts
  'GIT_AUTH_TOKEN',
  'GOOGLE_APPLICATION_CREDENTIALS',
  'CLOUDSDK_CONFIG',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SystemRoot',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'ProgramFiles',
  'ProgramData',
] as const;

export function programsOf(env: Env): Readonly<Record<string, string>> {
  return Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value] as const];
    }),
  );
}
