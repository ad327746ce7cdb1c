import { mkdir, readFile, stat, utimes } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import { systemCode } from '../../formats/fileErrors.ts';
import type { TakenOut } from '../../notebook/fit.ts';
import { evict } from '../../formats/evict.ts';
import { blockSchema, figuresSchema } from '../../protocol/cellOutcomes.ts';
import type { CellOutcome, CellOutput, NotebookBlock } from '../../protocol/notebook.ts';

const ENDING = '.json';

/** Puts what does not fit a notebook's file into the cache, by content; what was used least recently goes beyond `most` bytes. */
export async function keepBlocks(
  folder: string,
  taken: readonly TakenOut[],
  most = 256 * 2 ** 20,
): Promise<void> {
  if (taken.length > 0) await mkdir(folder, { recursive: true });
  for (const { hash, text } of taken) {
    const file = join(folder, `${hash}${ENDING}`);
    if ((await stat(file).catch(() => undefined)) === undefined) await writeTextAtomically(file, text);
  }
  if (taken.length > 0) await evict(folder, { ending: ENDING, most });
}

/** A block that was kept; undefined where it is not in the cache any more, or damaged. */
export async function keptBlock(folder: string, hash: string): Promise<NotebookBlock | undefined> {
  const parsed = blockSchema.safeParse(await kept(folder, hash));
  return parsed.success ? parsed.data : undefined;
}

/** An output with the figures that expectations may name, if they are in the cache still. */
export async function withKeptFigures(output: CellOutput, folder: string): Promise<CellOutput> {
  if (output.rest === undefined) return output;
  const parsed = figuresSchema.safeParse(await kept(folder, output.rest));
  return parsed.success ? { ...output, ...parsed.data } : output;
}

async function kept(folder: string, hash: string): Promise<unknown> {
  if (!/^[0-9a-f]{64}$/.test(hash)) return undefined;
  const file = join(folder, `${hash}${ENDING}`);
  try {
    const text = await readFile(file, 'utf8');
    if (createHash('sha256').update(text).digest('hex') !== hash) return undefined;
    const now = new Date();
    await utimes(file, now, now);
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** An outcome with what was taken out of it, as far as that is still in the cache. */
export async function withKept(outcome: CellOutcome, folder: string): Promise<CellOutcome> {
  if (outcome.state !== 'done') return outcome;
  const blocks: NotebookBlock[] = [];
  for (const block of outcome.output.blocks) {
    const hash = block.type === 'kept' ? block.hash : block.type === 'examples' ? block.rest : undefined;
    blocks.push((hash === undefined ? undefined : await keptBlock(folder, hash)) ?? block);
  }
  return { ...outcome, output: { ...outcome.output, blocks } };
}
