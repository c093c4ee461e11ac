import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A resolver that can be taken from processes and given back while they run. */
export interface Resolver {
  /** What processes are started with. */
  readonly environment: Readonly<Record<string, string>>;
  away(): void;
  back(): void;
  /** Leaves nothing behind. */
  remove(): void;
}

/**
 * Inside of a process: while the file is there, names are answered as by glibc that reaches no resolver
 * (https://man7.org/linux/man-pages/man3/getaddrinfo.3.html#RETURN_VALUE, EAI_AGAIN).
 */
const preload = (file: string) => `
import dns from 'node:dns';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
const { lookup } = dns;
dns.lookup = (name, ...rest) => {
  if (isIP(name) !== 0 || !existsSync(${JSON.stringify(file)})) return lookup(name, ...rest);
  const error = Object.assign(new Error('getaddrinfo EAI_AGAIN ' + name), { code: 'EAI_AGAIN', syscall: 'getaddrinfo' });
  setImmediate(rest.at(-1), error);
};
syncBuiltinESMExports();
`;

export function resolver(): Resolver {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-dns-'));
  const file = path.join(folder, 'away');
  return {
    environment: {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload(file))}`,
    },
    away: () => {
      writeFileSync(file, '');
    },
    back: () => {
      rmSync(file, { force: true });
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
