import { basename } from 'node:path';
import { entryCount, prune } from '../core/prune.ts';
import { type SftMetadata, writeSft } from '../formats/sftFile.ts';
import { sftHash } from './sftHash.ts';
import { readSftWithEntries } from './sftWithEntries.ts';

export interface PruneOptions {
  readonly createdBy?: string | undefined;
  /** ISO 8601; now by default. */
  readonly date?: string | undefined;
}

/**
 * Writes an SFT with so many of its entries, the largest. The file says of what it was pruned; what was measured of the whole
 * one is left out, since it is not true of this one.
 * @throws UserError as `readSftWithEntries` and `writeSft`
 */
export async function pruneFile(
  file: string,
  keep: (entries: number) => number,
  out: string,
  options: PruneOptions = {},
): Promise<{ readonly entries: number; readonly of: number }> {
  const { sft, metadata } = await readSftWithEntries(file);
  const of = entryCount(sft);
  const pruned = prune(sft, keep(of));
  const entries = entryCount(pruned);
  const { metrics: _, interval: __, k, density, ...kept } = metadata;
  const written: SftMetadata = {
    ...kept,
    k: entries,
    ...(density !== undefined && k !== undefined && k > 0 ? { density: (density * entries) / k } : {}),
    date: options.date ?? new Date().toISOString(),
    createdBy: options.createdBy,
    pruned: { name: basename(file), fingerprint: sftHash(sft), entries: of },
  };
  await writeSft(out, pruned, written);
  return { entries, of };
}
