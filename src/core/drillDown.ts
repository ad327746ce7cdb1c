import { encoderName } from './canonicalNames.ts';
import { type Module, type ParameterPlace, placeOf } from './density.ts';
import type { Lines } from './movement.ts';

/** A parameter that an SFT has entries of, as far as its layout goes. */
export interface ShapedParameter {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * What a place of the density map is made of: attention heads where their number is known, and parameters. A part's lines
 * are rows, or of the attention output columns: there a head reads columns of the weight, while of query, key and value it
 * writes rows.
 */
export interface Part {
  /** `head 3`, or a parameter's name. */
  readonly id: string;
  /** Number of the head, from 0; null for a parameter. */
  readonly head: number | null;
  readonly pieces: readonly Piece[];
}

/** Lines of one parameter that belong to a part. */
export interface Piece {
  readonly parameter: ShapedParameter;
  readonly lines: Lines;
  /** First line of the parameter, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

/** The word-embedding table of an SFT or model, by any name that Hugging Face gives it. */
export function isWordTable(name: string): boolean {
  return encoderName(name) === 'embeddings.word_embeddings.weight';
}

/** Parameters of a place. */
export function parametersAt<T extends { readonly name: string }>(
  parameters: Iterable<T>,
  { row, column }: ParameterPlace,
): T[] {
  return [...parameters].filter(({ name }) => {
    const place = placeOf(name);
    return place.row === row && place.column === column;
  });
}

/** Parts of a place whose parameters these are; `heads` is the number of attention heads of the base model, if known. */
export function partsOf(
  parameters: readonly ShapedParameter[],
  column: Module,
  heads: number | null,
): Part[] {
  const by = headLines[column];
  if (by === undefined || heads === null) return parameters.map(wholePart);
  const cut = parameters.filter((parameter) => headWidth(parameter, by, heads) !== null);
  const parts = Array.from({ length: cut.length === 0 ? 0 : heads }, (_, head): Part => {
    const pieces = cut.map((parameter): Piece => {
      const width = headWidth(parameter, by, heads) ?? 1;
      const lines = { columns: columnsOf(parameter), by, width: 1 };
      return { parameter, lines, from: head * width, to: (head + 1) * width };
    });
    return { id: `head ${head}`, head, pieces };
  });
  return [...parts, ...parameters.filter((parameter) => !cut.includes(parameter)).map(wholePart)];
}

/** Which lines of the weight belong to a head. */
const headLines: Partial<Record<Module, Lines['by']>> = { q: 'row', k: 'row', v: 'row', o: 'column' };

/** Lines a head; null for a parameter whose lines belong to no head, such as the bias of the attention output. */
function headWidth(parameter: ShapedParameter, by: Lines['by'], heads: number): number | null {
  if (by === 'column' && parameter.shape.length < 2) return null;
  const width = lineCount(parameter, by) / heads;
  return Number.isInteger(width) && width > 0 ? width : null;
}

function wholePart(parameter: ShapedParameter): Part {
  const lines = { columns: columnsOf(parameter), by: 'row', width: 1 } as const;
  return {
    id: parameter.name,
    head: null,
    pieces: [{ parameter, lines, from: 0, to: lineCount(parameter, 'row') }],
  };
}

/** A vector is a matrix of one column; of more dimensions the first is the rows. */
function columnsOf({ shape }: ShapedParameter): number {
  return shape.slice(1).reduce((product, n) => product * n, 1);
}

function lineCount(parameter: ShapedParameter, by: Lines['by']): number {
  return by === 'row' ? (parameter.shape[0] ?? 1) : columnsOf(parameter);
}

/** Entries that a line of a piece has in the parameter. */
export function entriesPerLine({ parameter, lines }: Piece): number {
  return lines.by === 'row' ? lines.columns : (parameter.shape[0] ?? 1);
}
