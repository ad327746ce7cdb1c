import { build } from 'esbuild';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/vscode/places.ts';

/** Bundles `suite/*.test.ts` into one file that the extension host can load, and gives its path. */
export async function bundleSuite(): Promise<string> {
  const folder = join(import.meta.dirname, 'suite');
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  // In the checkout, so that mocha is found.
  const outfile = join(repository, '.vscode-test/suite/index.cjs');
  await build({
    stdin: {
      contents: `import { runMocha } from './support/runMocha.ts';
export const run = () => runMocha([${files.map((name) => `() => import('./${name}')`).join(', ')}]);`,
      resolveDir: folder,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}
