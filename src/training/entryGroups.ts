import type { EntryRange } from '../core/adamw.ts';
import type { Mask } from '../core/mask.ts';
import { ensureLength, resetRows, touchRow, type RowTable } from '../core/rowTable.ts';
import { allocateSlabs, type Slab } from '../core/slab.ts';
import type { StepGradients, TableGradient } from './gradients.ts';
import { gather, giveBack, lend, originalsAt, sharesArray } from './lending.ts';
import type { EntryGroup } from './optimizer.ts';
import type { ShortGradients } from './shortGradients.ts';
import { trains, type Weights } from './weights.ts';

interface GroupOptions {
  readonly weights: Weights;
  readonly gradients: StepGradients;
  /** Whether the L1 term is in use, so that p0 is needed at every step. */
  readonly l1: boolean;
  /** Whether the head is left out of the L1 term. */
  readonly l1OnSparseOnly: boolean;
  /** Whether threads share the arrays. */
  readonly shared: boolean;
}

/** Everything that trains, whole: the groups of a full phase. */
export function fullGroups(options: GroupOptions): EntryGroup[] {
  const { weights, gradients } = options;
  const names = [...weights.originals.keys()].filter((name) => trains(weights, name));
  const arrays = arrayGroups(
    names.filter((name) => gradients.arrays.has(name)),
    options,
  );
  return names.flatMap((name): EntryGroup[] => {
    const table = weights.tables.get(name);
    const tableGradient = gradients.tables.get(name);
    if (table !== undefined && tableGradient !== undefined) {
      return [rowGroup(name, table, tableGradient, options)];
    }
    return arrays.get(name) ?? [];
  });
}

/** The masked entries, and whole what is dense: the groups of a sparse phase. */
export function sparseGroups(
  options: GroupOptions,
  mask: Mask,
  sampled?: Pick<ShortGradients, 'slabs'>,
): EntryGroup[] {
  const { weights, gradients } = options;
  const names = [...weights.originals.keys()].filter((name) => trains(weights, name));
  const isDense = (name: string) => weights.roles.get(name) === 'dense';
  const arrays = arrayGroups(
    names.filter((name) => isDense(name) && gradients.arrays.has(name)),
    options,
  );
  const masked = names.filter((name) => !isDense(name) && (mask.get(name)?.length ?? 0) > 0);
  const others = masked.filter((name) => sampled?.slabs.has(name) !== true);
  const slabs = allocateSlabs(
    others.map((name) => need(mask.get(name)).length),
    { withOriginals: options.l1, shared: options.shared },
  );
  const groups = new Map(
    others.map((name, i) => [name, [maskedGroup(name, need(mask.get(name)), slabs[i], options)]]),
  );
  for (const [name, slab] of sampled?.slabs ?? []) {
    // Its gradients are where they belong already.
    const group = maskedGroup(name, need(mask.get(name)), slab, options);
    groups.set(name, [{ ...group, before() {} }]);
  }
  return names.flatMap((name) => arrays.get(name) ?? groups.get(name) ?? []);
}

/** Moves arrays into slabs, where model and engine use them from now on. */
function arrayGroups(names: readonly string[], options: GroupOptions): Map<string, EntryGroup[]> {
  const { weights } = options;
  const sizes = names.map((name) => need(weights.arrays.get(name)).values.length);
  const slabs = allocateSlabs(sizes, { withOriginals: options.l1, shared: options.shared });
  return new Map(names.map((name, i) => [name, [arrayGroup(name, slabs[i], options)]]));
}

function arrayGroup(name: string, slab: Slab, options: GroupOptions): EntryGroup {
  const { weights, gradients, l1OnSparseOnly } = options;
  const { shape, values } = need(weights.arrays.get(name));
  // Not `values.length` in a closure, which would keep the array that has just moved.
  const count = values.length;
  slab.values.set(values);
  giveBack(weights, name);
  weights.arrays.set(name, { shape, values: slab.values });
  gradients.arrays.set(name, slab.gradients);
  if (slab.originals.length > 0) {
    // p0 moves too: a second copy of it would be a tenth of the memory of a full phase.
    slab.originals.set(need(weights.originals.get(name)).values);
    weights.originals.set(name, { shape, values: slab.originals });
  }
  return {
    name,
    decays: decays(name),
    regularized: weights.roles.get(name) === 'maskable' || !l1OnSparseOnly,
    before() {},
    after() {},
    ranges: () => [wholeRange(slab, count)],
    state: () => ({ name, values: slab.values, first: slab.first, second: slab.second }),
    restore(state) {
      slab.values.set(state.values);
      slab.first.set(state.first);
      slab.second.set(state.second);
    },
  };
}

/** Touched rows of a table, slot by slot, so that they are one run of entries. */
function rowGroup(
  name: string,
  table: RowTable,
  gradient: TableGradient,
  { weights, l1, shared }: GroupOptions,
): EntryGroup {
  const options = { withOriginals: l1, shared };
  const whole = need(weights.originals.get(name)).values;
  const { width } = table;
  let [slab] = allocateSlabs([0], options);
  let known = 0;
  const length = () => table.rows.length * width;
  const grow = () => {
    if (table.values !== slab.values || gradient.values !== slab.gradients) {
      const size = Math.max(table.values.length, gradient.values.length, length());
      const [larger] = allocateSlabs([size], options);
      larger.values.set(table.values);
      larger.gradients.set(gradient.values);
      for (const part of ['originals', 'first', 'second'] as const) larger[part].set(slab[part]);
      slab = larger;
      table.values = slab.values;
      gradient.values = slab.gradients;
    }
    if (!l1) return;
    for (; known < table.rows.length; known++) {
      const row = table.rows[known];
      slab.originals.set(whole.subarray(row * width, (row + 1) * width), known * width);
    }
  };
  return {
    name,
    decays: decays(name),
    regularized: true,
    before: grow,
    after() {},
    ranges: () => [wholeRange(slab, length())],
    state: () => ({
      name,
      rows: table.rows,
      values: table.values.subarray(0, length()),
      first: slab.first.subarray(0, length()),
      second: slab.second.subarray(0, length()),
    }),
    restore(state) {
      const { rows: saved = [] } = state;
      // Slots follow the order in which rows were touched; a rewind that is made anew may have touched some in another.
      if (saved.some((row, slot) => slot < table.rows.length && table.rows[slot] !== row)) {
        resetRows(table);
        known = 0;
      }
      for (const row of saved) touchRow(table, row);
      grow();
      // Rows touched after that moment go back to where they were.
      for (let slot = saved.length; slot < table.rows.length; slot++) {
        const row = table.rows[slot];
        table.values.set(table.base.subarray(row * width, (row + 1) * width), slot * width);
      }
      table.values.set(state.values);
      slab.first.set(state.first);
      slab.second.set(state.second);
    },
  };
}

/** Masked entries gathered into short arrays, so that both passes walk K entries and not the model. */
function maskedGroup(
  name: string,
  indices: Uint32Array,
  slab: Slab,
  { weights, gradients }: GroupOptions,
): EntryGroup {
  const table = weights.tables.get(name);
  // Where an entry stands in the array that the model reads: a table's rows lie in slots.
  const local = table === undefined ? indices : indices.map((i) => slotEntry(table, i));
  const target = () => (table === undefined ? need(weights.arrays.get(name)).values : table.values);
  const gradient = () => need(gradients.arrays.get(name) ?? gradients.tables.get(name)?.values);
  gather(target(), local, slab.values);
  // A full phase that was not rewound has arrays of its own.
  if (table === undefined && sharesArray(weights, name)) {
    lend(weights, name, indices, slab.originals.length > 0 ? slab.originals : undefined);
  } else if (slab.originals.length > 0) slab.originals.set(originalsAt(weights, name, indices));
  const after = () => {
    const into = target();
    const { values } = slab;
    for (let i = 0; i < local.length; i++) into[local[i]] = values[i];
  };
  return {
    name,
    decays: decays(name),
    regularized: true,
    before() {
      const rows = gradients.tables.get(name);
      if (rows !== undefined && table !== undefined) {
        rows.values = ensureLength(rows.values, table.rows.length * table.width);
      }
      gather(gradient(), local, slab.gradients);
    },
    after,
    ranges: () => [wholeRange(slab, indices.length)],
    state: () => ({ name, values: slab.values, first: slab.first, second: slab.second }),
    restore(state) {
      slab.values.set(state.values);
      slab.first.set(state.first);
      slab.second.set(state.second);
      after();
    },
  };
}

function wholeRange(slab: Slab, count: number): EntryRange {
  return { ...slab, valuesAt: 0, originalsAt: 0, at: 0, count };
}

function slotEntry(table: RowTable, flat: number): number {
  return touchRow(table, Math.floor(flat / table.width)) * table.width + (flat % table.width);
}

function decays(name: string): boolean {
  return !name.endsWith('.bias') && !name.includes('LayerNorm') && !name.includes('layer_norm');
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A trained parameter lacks one of its arrays.');
  return value;
}
