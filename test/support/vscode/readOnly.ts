import { execFileSync } from 'node:child_process';

/**
 * Makes a folder read-only, and gives what undoes it; undefined where this machine does not let us: rights do not bind
 * root, who needs to be allowed to mount.
 */
export function makeReadOnly(folder: string): (() => void) | undefined {
  if (process.getuid?.() !== 0) {
    run('chmod', '-R', 'a-w', folder);
    return () => run('chmod', '-R', 'u+w', folder);
  }
  try {
    run('mount', '--bind', folder, folder);
  } catch {
    return undefined;
  }
  run('mount', '-o', 'remount,bind,ro', folder);
  return () => run('umount', '--lazy', folder);
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'ignore' });
}
