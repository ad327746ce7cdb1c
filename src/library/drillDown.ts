import type { ParameterPlace } from '../core/density.ts';
import { entriesPerLine, type Part, parametersAt, partsOf, type Piece } from '../core/drillDown.ts';
import { addMovement, type Movement, newMovement } from '../core/movement.ts';
import { forEachPart } from '../formats/sftParts.ts';
import { type OpenSft, withSft } from '../formats/sftReader.ts';
import { type Shapes, sizeOf } from './inspect.ts';

/** A part of a place: a head or a parameter, and how far it has moved. */
export interface PartMovement {
  readonly id: string;
  readonly head: number | null;
  /** Names of its parameters. */
  readonly parameters: readonly string[];
  readonly entries: number;
  /** Number of all its entries; undefined where the shape is not known. */
  readonly total: number | undefined;
  readonly l1: number;
  readonly l2: number;
  /** What its lines are; undefined where the shape is not known. */
  readonly by: 'row' | 'column' | undefined;
}

/** The lines of a part and how far each has moved. */
export interface PartLines {
  readonly by: 'row' | 'column';
  /** Number of the first line within its parameter, such as a head's first row. */
  readonly from: number;
  /** Entries that a line has in all. */
  readonly perLine: number;
  readonly movement: Movement;
}

export interface DrillOptions {
  /** Number of attention heads, if known. */
  readonly heads: number | null;
  /** Shapes of the base model's parameters, for a file that does not say them. */
  readonly shapes?: Shapes | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The parts of a place of the density map: heads where their number is known, else parameters. The parameters of that place are
 * read, and no others.
 * @throws UserError as `withSft`; what `signal` was aborted with
 */
export async function placeParts(
  file: string,
  place: ParameterPlace,
  options: DrillOptions,
): Promise<PartMovement[]> {
  return withSft(file, async (sft) => {
    const { known, shapeless } = layoutAt(sft, place, options);
    const moved = await movements(sft, known, options.signal);
    const parts = known.map((part) => summary(part, moved));
    for (const parameter of shapeless) parts.push(await withoutShape(sft, parameter, options.signal));
    return parts;
  });
}

/** The lines of the part with this id; undefined where there is none, or its shape is not known. */
export async function partLines(
  file: string,
  place: ParameterPlace,
  id: string,
  options: DrillOptions,
): Promise<PartLines | undefined> {
  return withSft(file, async (sft) => {
    const part = layoutAt(sft, place, options).known.find((one) => one.id === id);
    if (part === undefined) return undefined;
    const [first] = part.pieces;
    const moved = await movements(sft, [part], options.signal);
    const lines = first.to - first.from;
    const sum = newMovement(lines);
    for (const piece of part.pieces) addLines(sum, moved.get(keyOf(piece)), piece);
    return {
      by: first.lines.by,
      from: first.from,
      perLine: part.pieces.reduce((all, piece) => all + entriesPerLine(piece), 0),
      movement: sum,
    };
  });
}

function layoutAt(sft: OpenSft, place: ParameterPlace, { heads, shapes }: DrillOptions) {
  const names = [...sft.counts.keys()].map((name) => ({ name }));
  const placed = parametersAt(names, place).map(({ name }) => ({
    name,
    shape: sft.shapes.get(name) ?? shapes?.get(name),
  }));
  const shaped = placed.flatMap(({ name, shape }) => (shape === undefined ? [] : [{ name, shape }]));
  return {
    known: partsOf(shaped, place.column, heads),
    shapeless: placed.filter(({ shape }) => shape === undefined).map(({ name }) => name),
  };
}

/** Movement of all lines of every parameter of these parts, each read once. */
async function movements(
  sft: OpenSft,
  parts: readonly Part[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Movement>> {
  const pieces = new Map(parts.flatMap((part) => part.pieces.map((piece) => [keyOf(piece), piece])));
  const found = new Map<string, Movement>();
  for (const [key, { parameter, lines }] of pieces) {
    const size = sizeOf(parameter.shape) ?? 0;
    const rows = size === 0 ? 0 : size / lines.columns;
    const movement = newMovement(lines.by === 'row' ? rows : lines.columns);
    await forEachPart(sft, parameter.name, signal, (part) => addMovement(movement, part, lines));
    found.set(key, movement);
  }
  return found;
}

function keyOf({ parameter }: Piece): string {
  return parameter.name;
}

function addLines(sum: Movement, moved: Movement | undefined, { from, to }: Piece): void {
  if (moved === undefined) return;
  for (let line = from; line < to; line++) {
    sum.entries[line - from] += moved.entries[line];
    sum.l1[line - from] += moved.l1[line];
    sum.squares[line - from] += moved.squares[line];
  }
}

function summary({ id, head, pieces }: Part, moved: ReadonlyMap<string, Movement>): PartMovement {
  let [entries, total, l1, squares] = [0, 0, 0, 0];
  for (const piece of pieces) {
    total += (piece.to - piece.from) * entriesPerLine(piece);
    const movement = moved.get(keyOf(piece));
    if (movement === undefined) continue;
    for (let line = piece.from; line < piece.to; line++) {
      entries += movement.entries[line];
      l1 += movement.l1[line];
      squares += movement.squares[line];
    }
  }
  const parameters = pieces.map(({ parameter }) => parameter.name);
  const by = pieces[0].lines.by;
  return { id, head, parameters, entries, total, l1, l2: Math.sqrt(squares), by };
}

async function withoutShape(
  sft: OpenSft,
  parameter: string,
  signal: AbortSignal | undefined,
): Promise<PartMovement> {
  const movement = newMovement(1);
  // One line that takes all entries: columns beyond every index.
  await forEachPart(sft, parameter, signal, (part) =>
    addMovement(movement, part, { columns: 2 ** 32, by: 'row', width: 1 }),
  );
  return {
    id: parameter,
    head: null,
    parameters: [parameter],
    entries: movement.entries[0],
    total: undefined,
    l1: movement.l1[0],
    l2: Math.sqrt(movement.squares[0]),
    by: undefined,
  };
}
