import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/** These are none of JavaScript's. */
const external = ['@napi-rs/*'];

/** The packages that are bundled are CommonJS, and ask for what CommonJS has. */
const banner = [
  "import { createRequire as slipwayRequire } from 'node:module';",
  "import { dirname as slipwayDirname } from 'node:path';",
  'const require = slipwayRequire(import.meta.url);',
  'const __filename = new URL(import.meta.url).pathname, __dirname = slipwayDirname(__filename);',
].join('');

/** Our files find others beside them (the page, the example): where they are must stay true. */
const inPlace: Plugin = {
  name: 'in place',
  setup: (building) => {
    building.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      const text = await readFile(file, 'utf8');
      const url = JSON.stringify(pathToFileURL(file).href);
      return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
};

/** Compiles slipway with nearly all of its packages into the folder. @returns the file to run. */
export async function compile(folder: string): Promise<string> {
  await build({
    absWorkingDir: root,
    entryPoints: { slipway: 'src/cli.ts', terraform: 'src/sandbox/terraform/main.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // A process loads only what its verb needs, as it does from the sources.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external,
    banner: { js: banner },
    sourcemap: 'linked',
    sourcesContent: false,
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [inPlace],
    logLevel: 'error',
  });
  return path.join(folder, 'slipway.mjs');
}
