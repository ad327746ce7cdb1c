import { createHash } from 'node:crypto';
import type { CellOutput, NotebookBlock } from '../protocol/notebook.ts';
import { compactJson } from './compactJson.ts';
import { outcomeText } from './plainText.ts';

/** Bytes that a cell's output may have in the file. */
export const maxCellBytes = 256_000;

/** What is taken out of a file, by the SHA-256 of its text. */
export interface TakenOut {
  readonly hash: string;
  readonly text: string;
}

/**
 * An output that fits the file, and what had to be taken out of it: examples first, of which as many stay as there is room for, then
 * whole blocks, the largest first, then what expectations may name. `room` is in bytes.
 */
export function fitOutput(
  output: CellOutput,
  room = maxCellBytes,
): { readonly output: CellOutput; readonly taken: readonly TakenOut[] } {
  const taken: TakenOut[] = [];
  let fitted = output;
  const takeOut = (text: string): string => {
    const hash = createHash('sha256').update(text).digest('hex');
    taken.push({ hash, text });
    return hash;
  };
  const replace = (at: number, block: NotebookBlock): void => {
    fitted = { ...fitted, blocks: fitted.blocks.map((one, i) => (i === at ? block : one)) };
  };
  const inOrder = [...output.blocks.entries()].sort(([, a], [, b]) => rank(a) - rank(b) || size(b) - size(a));
  for (const [at, block] of inOrder) {
    if (sizeOf(fitted) <= room) break;
    const text = JSON.stringify(block);
    const hash = takeOut(text);
    const bytes = Buffer.byteLength(text);
    if (block.type === 'examples') {
      const fits = (count: number): boolean => {
        replace(at, { ...block, examples: block.examples.slice(0, count), rest: hash });
        return sizeOf(fitted) <= room;
      };
      fits(largest(block.examples.length, fits));
    } else replace(at, { type: 'kept', title: titleOf(block), hash, bytes });
  }
  if (sizeOf(fitted) > room) {
    const { figures, comparisons } = output;
    fitted = {
      ...fitted,
      figures: [],
      comparisons: [],
      rest: takeOut(JSON.stringify({ figures, comparisons })),
    };
  }
  return { output: fitted, taken };
}

/** The largest number up to `most` that fits, where every smaller one does; 0 if none. */
function largest(most: number, fits: (count: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function rank(block: NotebookBlock): number {
  return block.type === 'examples' ? 0 : block.type === 'text' || block.type === 'claims' ? 2 : 1;
}

function titleOf(block: NotebookBlock): string {
  return 'title' in block ? block.title : block.type;
}

function sizeOf(output: CellOutput): number {
  return Buffer.byteLength(compactJson(output)) + Buffer.byteLength(outcomeText({ state: 'done', output }));
}

function size(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
