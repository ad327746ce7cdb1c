/**
 * Builds, and packs a VSIX with the engine in it, for this platform or another:
 *
 *     npm run package [-- --target linux-x64 | linux-arm64 | darwin-arm64 | win32-x64 | win32-arm64] [--out FOLDER]
 */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pack } from './package/pack.ts';
import { parseTarget } from './package/targets.ts';

const root = join(import.meta.dirname, '..');
try {
  const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });
  const target = parseTarget(values.target ?? `${process.platform}-${process.arch}`);
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
  const file = await pack(root, target, resolve(values.out ?? join(root, 'dist')));
  process.stdout.write(`${file} ${(statSync(file).size / 1e6).toFixed(1)} MB\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
