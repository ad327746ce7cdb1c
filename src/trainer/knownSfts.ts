import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors/userError.ts';
import { hubCache } from '../formats/hubCache.ts';
import { sftBinName } from '../formats/sftLocation.ts';
import { homePaths } from '../home/home.ts';
import { hubSfts } from '../library/listBases.ts';
import { listSft } from '../library/listSfts.ts';
import type { SftListing } from '../protocol/session.ts';

/** These SFTs, those of SFT_HOME's library, and those that were pulled. */
export async function knownSfts(files: readonly string[]): Promise<string[]> {
  const pulled = await hubSfts(hubCache());
  return [...new Set([...files, ...(await sftsIn(homePaths().library)), ...pulled])];
}

/** What lists show of the files among them that can be read. */
export async function readableSfts(files: readonly string[]): Promise<SftListing[]> {
  const found: SftListing[] = [];
  for (const file of files) {
    try {
      found.push(await listSft(file));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  return found;
}

async function sftsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.safetensors') || name === sftBinName);
  const folders = await Promise.all(
    names.map(async (name) => {
      const inside = await stat(join(folder, name, sftBinName)).catch(() => undefined);
      return inside?.isFile() === true ? [join(folder, name)] : [];
    }),
  );
  return [...files.map((name) => join(folder, name)), ...folders.flat()];
}
