import type { EntryRange } from '../core/adamw.ts';
import type { Mask } from '../core/mask.ts';
import { ensureLength, touchRow, type RowTable } from '../core/rowTable.ts';
import type { StepGradients, TableGradient } from './gradients.ts';
import type { EntryGroup } from './optimizer.ts';
import { trains, type Weights } from './weights.ts';

interface GroupOptions {
  readonly weights: Weights;
  readonly gradients: StepGradients;
  /** Whether the head is left out of the L1 term. */
  readonly l1OnSparseOnly: boolean;
}

/** Everything that trains, whole: the groups of a full phase. */
export function fullGroups(options: GroupOptions): EntryGroup[] {
  const { weights, gradients } = options;
  return [...weights.originals.keys()].flatMap((name): EntryGroup[] => {
    if (!trains(weights, name)) return [];
    const table = weights.tables.get(name);
    const tableGradient = gradients.tables.get(name);
    if (table !== undefined && tableGradient !== undefined)
      return [rowGroup(name, table, tableGradient, options)];
    return gradients.arrays.has(name) ? [arrayGroup(name, options)] : [];
  });
}

/** The masked entries, and whole what is dense: the groups of a sparse phase. */
export function sparseGroups(options: GroupOptions, mask: Mask): EntryGroup[] {
  const { weights, gradients } = options;
  return [...weights.originals.keys()].flatMap((name): EntryGroup[] => {
    if (!trains(weights, name)) return [];
    if (weights.roles.get(name) === 'dense')
      return gradients.arrays.has(name) ? [arrayGroup(name, options)] : [];
    const indices = mask.get(name);
    return indices === undefined || indices.length === 0 ? [] : [maskedGroup(name, indices, options)];
  });
}

function arrayGroup(name: string, { weights, gradients, l1OnSparseOnly }: GroupOptions): EntryGroup {
  const values = need(weights.arrays.get(name)).values;
  const count = values.length;
  const range: EntryRange = {
    values,
    valuesAt: 0,
    originals: need(weights.originals.get(name)).values,
    originalsAt: 0,
    gradients: need(gradients.arrays.get(name)),
    first: new Float32Array(count),
    second: new Float32Array(count),
    at: 0,
    count,
  };
  return {
    name,
    decays: decays(name),
    regularized: weights.roles.get(name) === 'maskable' || !l1OnSparseOnly,
    before() {},
    after() {},
    ranges: () => [range],
    state: () => ({ name, values, first: range.first, second: range.second }),
    restore(state) {
      values.set(state.values);
      range.first.set(state.first);
      range.second.set(state.second);
    },
  };
}

/** Touched rows of a table, slot by slot, so that they are one run of entries. */
function rowGroup(
  name: string,
  table: RowTable,
  gradient: TableGradient,
  { weights }: GroupOptions,
): EntryGroup {
  const whole = need(weights.originals.get(name)).values;
  const { width } = table;
  const arrays = { originals: new Float32Array(0), first: new Float32Array(0), second: new Float32Array(0) };
  let known = 0;
  const length = () => table.rows.length * width;
  const grow = () => {
    arrays.originals = ensureLength(arrays.originals, length());
    arrays.first = ensureLength(arrays.first, length());
    arrays.second = ensureLength(arrays.second, length());
    gradient.values = ensureLength(gradient.values, length());
    for (; known < table.rows.length; known++) {
      const row = table.rows[known];
      arrays.originals.set(whole.subarray(row * width, (row + 1) * width), known * width);
    }
  };
  return {
    name,
    decays: decays(name),
    regularized: true,
    before: grow,
    after() {},
    ranges: () => [
      {
        ...arrays,
        values: table.values,
        valuesAt: 0,
        originalsAt: 0,
        gradients: gradient.values,
        at: 0,
        count: length(),
      },
    ],
    state: () => ({
      name,
      rows: table.rows,
      values: table.values.subarray(0, length()),
      first: arrays.first.subarray(0, length()),
      second: arrays.second.subarray(0, length()),
    }),
    restore(state) {
      for (const row of state.rows ?? []) touchRow(table, row);
      grow();
      // Rows touched after that moment go back to where they were.
      for (let slot = state.rows?.length ?? 0; slot < table.rows.length; slot++) {
        const row = table.rows[slot];
        table.values.set(table.base.subarray(row * width, (row + 1) * width), slot * width);
      }
      table.values.set(state.values);
      arrays.first.set(state.first);
      arrays.second.set(state.second);
    },
  };
}

/** Masked entries gathered into short arrays, so that both passes walk K entries and not the model. */
function maskedGroup(name: string, indices: Uint32Array, { weights, gradients }: GroupOptions): EntryGroup {
  const table = weights.tables.get(name);
  const whole = need(weights.originals.get(name)).values;
  // Where an entry stands in the array that the model reads: a table's rows lie in slots.
  const local = table === undefined ? indices : indices.map((i) => slotEntry(table, i));
  const target = () => (table === undefined ? need(weights.arrays.get(name)).values : table.values);
  const gradient = () => need(gradients.arrays.get(name) ?? gradients.tables.get(name)?.values);
  const count = indices.length;
  const range: EntryRange = {
    values: new Float32Array(count),
    valuesAt: 0,
    originals: gather(whole, indices, new Float32Array(count)),
    originalsAt: 0,
    gradients: new Float32Array(count),
    first: new Float32Array(count),
    second: new Float32Array(count),
    at: 0,
    count,
  };
  gather(target(), local, range.values);
  return {
    name,
    decays: decays(name),
    regularized: true,
    before() {
      const rows = gradients.tables.get(name);
      if (rows !== undefined && table !== undefined) {
        rows.values = ensureLength(rows.values, table.rows.length * table.width);
      }
      gather(gradient(), local, range.gradients);
    },
    after() {
      const into = target();
      for (let i = 0; i < count; i++) into[local[i]] = range.values[i];
    },
    ranges: () => [range],
    state: () => ({ name, values: range.values, first: range.first, second: range.second }),
    restore(state) {
      range.values.set(state.values);
      range.first.set(state.first);
      range.second.set(state.second);
      this.after();
    },
  };
}

function slotEntry(table: RowTable, flat: number): number {
  return touchRow(table, Math.floor(flat / table.width)) * table.width + (flat % table.width);
}

function gather(from: Float32Array, indices: Uint32Array, into: Float32Array): Float32Array {
  for (let i = 0; i < indices.length; i++) into[i] = from[indices[i]];
  return into;
}

function decays(name: string): boolean {
  return !name.endsWith('.bias') && !name.includes('LayerNorm') && !name.includes('layer_norm');
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A trained parameter lacks one of its arrays.');
  return value;
}
