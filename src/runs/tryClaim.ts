import { UserError } from '../core/errors/userError.ts';
import { claimRun, type RunClaim } from './owner.ts';

/** Claims a folder for this process; undefined where another has it. @throws UserError of the file system */
export async function tryClaim(folder: string): Promise<RunClaim | undefined> {
  try {
    return await claimRun(folder);
  } catch (error) {
    if (error instanceof UserError && (error.code === 'run-owned' || error.code === 'run-claimed')) {
      return undefined;
    }
    throw error;
  }
}
