import type { Env } from './types.ts';

/**
 * What programs that slipway runs may know of its own environment: where things are, how the network is reached, and
 * who they are at Google. Tokens of slipway are not among it, nor are Terraform's arguments from outside.
 */
const NAMES =
  /^(?:PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|SSL_CERT_(?:FILE|DIR)|(?:HTTPS?|NO|ALL)_PROXY|GOOGLE_\w+|CLOUDSDK_\w+|GIT_\w+|SSH_AUTH_SOCK|TF_PLUGIN_CACHE_DIR|TF_CLI_CONFIG_FILE)$/i;

export function surroundingsOf(env: Env): Readonly<Record<string, string>> {
  const entries = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || !NAMES.test(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
