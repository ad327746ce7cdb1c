import { isWordTable } from '../core/drillDown.ts';
import { addMovement, type Movement, newMovement } from '../core/movement.ts';
import { forEachPart } from '../formats/sftParts.ts';
import { type SftHeader, withSft } from '../formats/sftReader.ts';
import type { Shapes } from './inspect.ts';

/** The word-embedding table of an SFT, as far as its header goes. */
export interface WordTable {
  readonly parameter: string;
  /** Rows (the vocabulary) and columns; undefined where neither the file nor the base model says them. */
  readonly shape: readonly [number, number] | undefined;
}

/** Undefined where the SFT has no entries of it. `shapes` are those of the base model. */
export function wordTableOf(
  { counts, shapes: own }: Pick<SftHeader, 'counts' | 'shapes'>,
  shapes: Shapes = new Map(),
): WordTable | undefined {
  const parameter = [...counts].find(([name, count]) => count > 0 && isWordTable(name))?.[0];
  if (parameter === undefined) return undefined;
  const shape = own.get(parameter) ?? [...shapes].find(([name]) => isWordTable(name))?.[1];
  return { parameter, shape: shape?.length === 2 ? [shape[0], shape[1]] : undefined };
}

/** How far each row of the word-embedding table has moved. */
export interface WordMovement {
  readonly rows: number;
  readonly columns: number;
  readonly movement: Movement;
}

/**
 * Movement of the word-embedding rows of an SFT file; undefined where it has no entries there, or the table's shape is not
 * known. @throws UserError as `withSft`; what `signal` was aborted with
 */
export async function wordMovement(
  file: string,
  shapes?: Shapes,
  signal?: AbortSignal,
): Promise<WordMovement | undefined> {
  return withSft(file, async (sft) => {
    const table = wordTableOf(sft, shapes);
    if (table?.shape === undefined) return undefined;
    const [rows, columns] = table.shape;
    const movement = newMovement(rows);
    await forEachPart(sft, table.parameter, signal, (part) =>
      addMovement(movement, part, { columns, by: 'row', width: 1 }),
    );
    return { rows, columns, movement };
  });
}
