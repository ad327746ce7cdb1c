import { encoderName } from './canonicalNames.ts';

/** Kinds of modules, in the order in which tables show them; `dense` is the pooler's and the head's. */
export const modules = ['embeddings', 'q', 'k', 'v', 'o', 'up', 'down', 'layerNorm', 'dense'] as const;
export type Module = (typeof modules)[number];

/** Where a parameter lies: `emb`, a layer's number from 0, `pooler` or `head`; and in which kind of module. */
export interface ParameterPlace {
  readonly row: string;
  readonly column: Module;
}

/** How many entries of one parameter were chosen. */
export interface ParameterTally {
  readonly name: string;
  readonly entries: number;
  /** Number of all its entries, where that is known. */
  readonly total?: number | undefined;
  /** Sum of |value| of the chosen ones. */
  readonly magnitude?: number | undefined;
}

/** Sums over parameters by place. */
export interface PlaceTable<S> {
  /** Those that occur, from the embeddings to the head. */
  readonly rows: readonly string[];
  readonly columns: readonly Module[];
  /** A place's parameters (weights and biases) together. */
  readonly cells: readonly (ParameterPlace & S)[];
  /** Over all columns of a row, over all rows of a column, and over all (`row` or `column` is then `all`). */
  readonly byRow: readonly PlaceSum<S>[];
  readonly byColumn: readonly PlaceSum<S>[];
  readonly all: PlaceSum<S>;
}

type PlaceSum<S> = { readonly row: string; readonly column: Module | 'all' } & S;

interface DensitySums {
  readonly entries: number;
  /** Undefined if it is not known for one of them. */
  readonly total: number | undefined;
  /** entries / total. */
  readonly density: number | undefined;
  /** Mean of |value| of the chosen entries. */
  readonly meanMagnitude: number | undefined;
}

export type DensityTable = PlaceTable<DensitySums>;

/** The place of a parameter with any of the names that models of Hugging Face give it. */
export function placeOf(name: string): ParameterPlace {
  const bare = encoderName(name);
  if (bare === undefined) return { row: 'head', column: 'dense' };
  const [, layer, module] = /^encoder\.layer\.(\d+)\.(.*)$/.exec(bare) ?? [];
  if (layer !== undefined) return { row: layer, column: layerModule(module) };
  if (bare.startsWith('pooler.')) return { row: 'pooler', column: 'dense' };
  return { row: 'emb', column: isLayerNorm(bare) ? 'layerNorm' : 'embeddings' };
}

/** Entries by layer and kind of module. */
export function densityTable(tallies: Iterable<ParameterTally>): DensityTable {
  return placeTable(tallies, addUp);
}

/** What `addUp` makes of the parameters of each place, and of those of several. */
export function placeTable<T extends { readonly name: string }, S>(
  parameters: Iterable<T>,
  addUp: (here: readonly T[]) => S,
): PlaceTable<S> {
  const placed = [...parameters].map((parameter) => ({ parameter, ...placeOf(parameter.name) }));
  const rows = [...new Set(placed.map(({ row }) => row))].sort((a, b) => rowOrder(a) - rowOrder(b));
  const columns = modules.filter((module) => placed.some(({ column }) => column === module));
  const of = (wanted: (place: ParameterPlace) => boolean) =>
    placed.filter(wanted).map(({ parameter }) => parameter);
  const cells: (ParameterPlace & S)[] = [];
  for (const row of rows) {
    for (const column of columns) {
      const here = of((place) => place.row === row && place.column === column);
      if (here.length > 0) cells.push({ row, column, ...addUp(here) });
    }
  }
  return {
    rows,
    columns,
    cells,
    byRow: rows.map((row) => ({ row, column: 'all', ...addUp(of((place) => place.row === row)) })),
    byColumn: columns.map((column) => ({
      row: 'all',
      column,
      ...addUp(of((place) => place.column === column)),
    })),
    all: { row: 'all', column: 'all', ...addUp(of(() => true)) },
  };
}

function layerModule(name: string): Module {
  if (isLayerNorm(name)) return 'layerNorm';
  if (name.startsWith('attention.self.query.')) return 'q';
  if (name.startsWith('attention.self.key.')) return 'k';
  if (name.startsWith('attention.self.value.')) return 'v';
  if (name.startsWith('attention.output.')) return 'o';
  return name.startsWith('intermediate.') ? 'up' : 'down';
}

function isLayerNorm(name: string): boolean {
  return name.includes('LayerNorm.');
}

/** Numbers by which rows of the density table are sorted, from the embeddings to the head. */
export function rowOrder(row: string): number {
  if (row === 'emb') return -1;
  if (row === 'pooler') return 1e6;
  return row === 'head' ? 1e7 : Number(row);
}

function addUp(tallies: readonly ParameterTally[]): DensitySums {
  const entries = sumOf(tallies.map((tally) => tally.entries)) ?? 0;
  const total = sumOf(tallies.map((tally) => tally.total));
  const magnitude = sumOf(tallies.map((tally) => tally.magnitude));
  return {
    entries,
    total,
    density: total === undefined || total === 0 ? undefined : entries / total,
    meanMagnitude: magnitude === undefined || entries === 0 ? undefined : magnitude / entries,
  };
}

function sumOf(numbers: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const n of numbers) {
    if (n === undefined) return undefined;
    sum += n;
  }
  return sum;
}
