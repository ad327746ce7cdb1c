import { execFileSync } from 'node:child_process';

/** Process tests run the bundled command line, so it is built once before all tests. */
export function setup(): void {
  execFileSync(process.execPath, ['esbuild.mjs'], { stdio: 'inherit' });
}
