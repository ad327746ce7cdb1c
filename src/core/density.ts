import { encoderName } from './canonicalNames.ts';

/** Kinds of modules, in the order in which tables show them; `dense` is the pooler's and the head's. */
const modules = ['embeddings', 'q', 'k', 'v', 'o', 'up', 'down', 'layerNorm', 'dense'] as const;
type Module = (typeof modules)[number];

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

/** A place's parameters (weights and biases) together. */
interface DensityCell extends ParameterPlace {
  readonly entries: number;
  /** Undefined if it is not known for one of them. */
  readonly total: number | undefined;
  /** entries / total. */
  readonly density: number | undefined;
  /** Mean of |value| of the chosen entries. */
  readonly meanMagnitude: number | undefined;
}

export interface DensityTable {
  /** Those that occur, from the embeddings to the head. */
  readonly rows: readonly string[];
  readonly columns: readonly Module[];
  readonly cells: readonly DensityCell[];
  /** Sums over all columns of a row, over all rows of a column, and over all (`row` or `column` is then `all`). */
  readonly byRow: readonly DensitySum[];
  readonly byColumn: readonly DensitySum[];
  readonly all: DensitySum;
}

interface DensitySum extends Omit<DensityCell, 'column'> {
  readonly column: Module | 'all';
}

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
  const placed = [...tallies].map((tally) => ({ ...tally, ...placeOf(tally.name) }));
  const rows = [...new Set(placed.map(({ row }) => row))].sort((a, b) => rowOrder(a) - rowOrder(b));
  const columns = modules.filter((module) => placed.some(({ column }) => column === module));
  const cells: DensityCell[] = [];
  for (const row of rows) {
    for (const column of columns) {
      const here = placed.filter((tally) => tally.row === row && tally.column === column);
      if (here.length > 0) cells.push({ row, column, ...addUp(here) });
    }
  }
  return {
    rows,
    columns,
    cells,
    byRow: rows.map((row) => ({ row, column: 'all', ...addUp(placed.filter((tally) => tally.row === row)) })),
    byColumn: columns.map((column) => ({
      row: 'all',
      column,
      ...addUp(placed.filter((tally) => tally.column === column)),
    })),
    all: { row: 'all', column: 'all', ...addUp(placed) },
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

function rowOrder(row: string): number {
  if (row === 'emb') return -1;
  if (row === 'pooler') return 1e6;
  return row === 'head' ? 1e7 : Number(row);
}

function addUp(tallies: readonly ParameterTally[]): Omit<DensityCell, 'row' | 'column'> {
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
