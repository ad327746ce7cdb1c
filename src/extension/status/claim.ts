import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const keptMilliseconds = 24 * 3600 * 1000;

/**
 * Whether this window is the one to tell of something: of all that claim it, one is. `told` is the folder of claims,
 * `what` names what there is to tell. Where nothing can be written the answer is yes: rather twice than never.
 */
export async function claimTelling(told: string, what: string): Promise<boolean> {
  const name = createHash('sha256').update(what).digest('hex').slice(0, 24);
  try {
    await mkdir(told, { recursive: true, mode: 0o700 });
    await removeOld(told);
    const file = await open(join(told, name), 'wx', 0o600);
    await file.close();
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EEXIST';
  }
}

async function removeOld(told: string): Promise<void> {
  const oldest = Date.now() - keptMilliseconds;
  for (const name of await readdir(told)) {
    const file = join(told, name);
    const found = await stat(file).catch(() => undefined); // another window may have been faster
    if (found !== undefined && found.mtimeMs < oldest) await rm(file, { force: true });
  }
}
