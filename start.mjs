// `npm start` on a fresh clone: installs what is missing, builds, and runs the demo. Plain JavaScript that needs nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  process.stderr.write(`SFT Studio needs Node 20 or newer; this is ${process.version}.\n`);
  process.exit(1);
}

// What npm prints goes to the error stream, so that --json leaves nothing else on standard output.
const run = (command, args) => {
  const { status, error } = spawnSync(command, args, {
    cwd: import.meta.dirname,
    stdio: ['inherit', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}\n`);
    process.exit(status ?? 1);
  }
};

const installed = join(import.meta.dirname, 'node_modules', '.package-lock.json');
const lock = join(import.meta.dirname, 'package-lock.json');
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
}
run(process.execPath, ['esbuild.mjs']);

const { status } = spawnSync(process.execPath, [join('dist', 'demo.js'), ...process.argv.slice(2)], {
  cwd: import.meta.dirname,
  stdio: 'inherit',
});
process.exit(status ?? 1);
