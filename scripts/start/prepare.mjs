// What must be there before anything of SFT Studio can run: dependencies and bundles.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

// Not `import.meta.dirname`: Nodes that do not have it are to read on, and be refused with a sentence.
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** Installs and builds, where that has not been done since something changed. */
export function prepare() {
  if (dependenciesAreStale()) run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
  if (bundlesAreStale()) run(process.execPath, ['esbuild.mjs']);
}

/** Whether a package that the lock file wants is missing, or of another version. */
function dependenciesAreStale() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return true;
  const there = packagesOf(installed);
  // Optional ones are for other platforms.
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).some(
    ([path, { version, optional, devOptional }]) =>
      path !== '' && !optional && !devOptional && there[path]?.version !== version,
  );
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

function bundlesAreStale() {
  const built = join(root, 'dist', 'inputs.json');
  if (!existsSync(built)) return true;
  const since = statSync(built).mtimeMs;
  return ['src', 'demo', 'webview', 'bench', 'esbuild.mjs', 'package.json'].some(
    (name) => newest(join(root, name)) > since,
  );
}

/** When a file, or anything in a folder, was last changed. */
function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** What it prints goes to the error stream, so that --json leaves nothing else on standard output. */
function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['inherit', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (status === 0) return;
  process.stderr.write(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}\n`);
  process.exit(status ?? 1);
}
