import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A mount namespace of one's own needs no rights where the system allows them to users. */
export const ownMounts = ['--map-root-user', '--mount'];

/** Whether a test can mount a small disk here. */
export function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'sft-mount-'));
  try {
    const mount = ['mount', '-t', 'tmpfs', 'tmpfs', folder];
    execFileSync('unshare', [...ownMounts, ...mount], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}
