import { entryCount } from '../core/prune.ts';
import { userError } from '../core/errors/userError.ts';
import { type LoadedSft, readSft } from '../formats/sftFile.ts';

/** Reads an SFT that is to be taken apart. @throws UserError as `readSft`; `sft-empty` where it has no sparse entries */
export async function readSftWithEntries(file: string): Promise<LoadedSft> {
  const loaded = await readSft(file);
  if (entryCount(loaded.sft) === 0) throw userError('sft-empty', undefined, { file });
  return loaded;
}
