/**
 * An embedding table of which only touched rows have a copy: a row that no batch has read yet is as it was, and needs
 * neither a copy nor moments nor an update. `base` is never written.
 */
export interface RowTable {
  readonly base: Float32Array;
  /** Elements a row. */
  readonly width: number;
  /** Slot of each row in `values`, -1 while it is untouched. */
  readonly slots: Int32Array;
  /** Row of each slot, in the order in which rows were touched. */
  readonly rows: number[];
  /** Current values of touched rows, slot by slot; longer than what is in use. */
  values: Float32Array<ArrayBuffer>;
}

/** A table of which no row is touched. */
export function newRowTable(base: Float32Array, width: number): RowTable {
  const slots = new Int32Array(base.length / width).fill(-1);
  return { base, width, slots, rows: [], values: new Float32Array(0) };
}

/** Slot of a row, which is copied from the base when it is touched for the first time. */
export function touchRow(table: RowTable, row: number): number {
  const known = table.slots[row];
  if (known >= 0) return known;
  const slot = table.rows.push(row) - 1;
  const { width } = table;
  table.slots[row] = slot;
  table.values = ensureLength(table.values, (slot + 1) * width);
  table.values.set(table.base.subarray(row * width, (row + 1) * width), slot * width);
  return slot;
}

/** Touches every row, in order, so that a slot is its row. */
export function touchAllRows(table: RowTable): void {
  table.rows.length = 0;
  for (let row = 0; row < table.slots.length; row++) {
    table.slots[row] = row;
    table.rows.push(row);
  }
  table.values = table.base.slice();
}

/** Array and offset at which the current values of a row stand. */
export function rowValues(table: RowTable, row: number): { array: Float32Array; at: number } {
  const slot = table.slots[row];
  return slot < 0
    ? { array: table.base, at: row * table.width }
    : { array: table.values, at: slot * table.width };
}

/** Forgets every touched row: the table is its base again. */
export function resetRows(table: RowTable): void {
  for (const row of table.rows) table.slots[row] = -1;
  table.rows.length = 0;
  table.values = new Float32Array(0);
}

/** The array itself, or a copy at least twice as long, filled up with zeros, where it is shorter than `length`. */
export function ensureLength(array: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> {
  if (array.length >= length) return array;
  const longer = new Float32Array(Math.max(length, 2 * array.length));
  longer.set(array);
  return longer;
}
