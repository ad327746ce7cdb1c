import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * The tests that chance has a part in, for long: 1,000 kills instead of 25, 10,000 mutated files a format instead of
 * 2,000. Further arguments are vitest's.
 */
const repository = resolve(import.meta.dirname, '../..');
const files = ['test/process/crash', 'src/formats', 'src/library', 'src/runs', 'src/recipe', 'src/data'];
const vitest = resolve(repository, 'node_modules/vitest/vitest.mjs');
const limits = ['--testTimeout', '1800000'];
const child = spawn(process.execPath, [vitest, 'run', ...files, ...limits, ...process.argv.slice(2)], {
  cwd: repository,
  env: { ...process.env, SFT_SOAK: '1' },
  stdio: 'inherit',
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
