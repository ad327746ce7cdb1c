import { NO_LABEL, type Example } from './example.ts';
import { packRows, POSITIONS, roundUp, type Placement } from './rowPlan.ts';
import type { StepShape } from './shape.ts';
import { layWords, type WordLayout } from './wordLayout.ts';

/** What an example's labels are: one at each piece, one for all of it, the first and last piece of a span, or heads and relations of words. */
export type Reads = 'labelled' | 'first' | 'spans' | 'words';

export interface PackingOptions {
  /** Width of the encoder and number of its heads, by which the cost of a row length is judged. */
  readonly hiddenSize: number;
  readonly heads: number;
  readonly padTokenId: number;
  /** Position id of a sequence's first piece. */
  readonly firstPosition: number;
  readonly reads: Reads;
  /** Whether the head is computed at the labelled positions alone. */
  readonly compact: boolean;
  /** Whether the last layer may be computed at chosen positions only. */
  readonly selectsQueries: boolean;
}

/** Sequences laid one after the other in rows of one length. Slots are numbered row by row, rows x length of them. */
export interface PackedBatch {
  readonly shape: StepShape;
  /** Word-piece id, position id and segment of each slot (filler: the padding piece). */
  readonly ids: Int32Array;
  readonly positions: Int32Array;
  readonly types: Int32Array;
  /** Which example fills a slot (its index in what was packed), -1 for filler; and which of its pieces. */
  readonly examples: Int32Array;
  readonly pieces: Int32Array;
  /** How many pieces of each example others may look at. */
  readonly visible: Int32Array;
  /** Slot of each query, row by row [rows x queries]; and the same counted within rows x queries for each read. */
  readonly queries: Int32Array;
  readonly reads: Int32Array;
  /** Slot of each read. */
  readonly readSlots: Int32Array;
  /** (read, label) of each read, [reads, 2]; the label of an unlabelled read is 0 and its weight must be 0. */
  readonly picks: Int32Array;
  /** 1 where a read has a label; for spans, where it belongs to an example. */
  readonly labelled: Uint8Array;
  readonly labels: number;
  /** Where a head that reads words finds them. */
  readonly words?: WordLayout;
}

/** Lays examples into rows; which shape is chosen depends on their lengths and labels alone. */
export function pack(examples: readonly Example[], options: PackingOptions): PackedBatch {
  const plan = packRows(
    examples.map((example) => example.ids.length),
    options,
  );
  const slots = fillSlots(examples, plan, options);
  const perRow = labelledByRow(examples, plan, options);
  const queriesPerRow = options.selectsQueries
    ? Math.min(plan.length, roundUp(Math.max(...perRow.map((row) => row.length)), POSITIONS))
    : plan.length;
  const chosen = perRow.map((row) =>
    queriesPerRow === plan.length ? range(plan.length) : fillUp(row, queriesPerRow, plan.length),
  );
  const queries = Int32Array.from(chosen.flatMap((row, r) => row.map((at) => r * plan.length + at)));
  const labelOf = labelsBySlot(examples, plan, options);
  const withLabel = range(queries.length).filter((i) => labelOf.has(queries[i]));
  const readCount = options.compact ? Math.max(1, withLabel.length) : queries.length;
  const reads = Int32Array.from(
    readCount === queries.length ? range(queries.length) : fillUp(withLabel, readCount, queries.length),
  );
  const readSlots = reads.map((query) => queries[query]);
  const picks = new Int32Array(2 * readCount);
  const labelled = new Uint8Array(readCount);
  for (let i = 0; i < readCount; i++) {
    const label = labelOf.get(readSlots[i]);
    picks[2 * i] = i;
    picks[2 * i + 1] = label ?? 0;
    labelled[i] = Number(label !== undefined);
  }
  const shape = { rows: plan.rows, length: plan.length, queries: queriesPerRow, reads: readCount };
  const words = options.reads === 'words' ? { words: layWords(examples, plan.starts) } : {};
  return { shape, ...slots, queries, reads, readSlots, picks, labelled, labels: withLabel.length, ...words };
}

function fillSlots(examples: readonly Example[], plan: Placement, options: PackingOptions) {
  const size = plan.rows * plan.length;
  const ids = new Int32Array(size).fill(options.padTokenId);
  const positions = new Int32Array(size).fill(options.firstPosition);
  const types = new Int32Array(size);
  const owners = new Int32Array(size).fill(-1);
  const pieces = new Int32Array(size);
  examples.forEach((example, e) => {
    const start = plan.starts[e];
    ids.set(example.ids, start);
    if (example.types !== undefined) types.set(example.types, start);
    const { visible = example.ids.length } = example;
    for (let i = 0; i < example.ids.length; i++) {
      // XLM-RoBERTa does not count padding.
      const counted = i < visible || options.firstPosition === 0;
      positions[start + i] = counted ? options.firstPosition + i : options.firstPosition - 1;
      owners[start + i] = e;
      pieces[start + i] = i;
    }
  });
  const visible = Int32Array.from(examples, (example) => example.visible ?? example.ids.length);
  return { ids, positions, types, examples: owners, pieces, visible };
}

function labelsBySlot(
  examples: readonly Example[],
  plan: Placement,
  options: PackingOptions,
): Map<number, number> {
  const labels = new Map<number, number>();
  // Words are read wherever they are.
  if (options.reads === 'words') return labels;
  examples.forEach((example, e) => {
    if (options.reads === 'first') {
      if (example.labels[0] !== NO_LABEL) labels.set(plan.starts[e], example.labels[0]);
      return;
    }
    if (options.reads === 'spans') {
      // Each position is a class of its own: none has a label, all are read.
      for (let i = 0; i < example.ids.length; i++) labels.set(plan.starts[e] + i, 0);
      return;
    }
    example.labels.forEach((label, i) => {
      if (label !== NO_LABEL) labels.set(plan.starts[e] + i, label);
    });
  });
  return labels;
}

/** Positions within each row that carry a label, ascending. */
function labelledByRow(examples: readonly Example[], plan: Placement, options: PackingOptions): number[][] {
  const rows = Array.from({ length: plan.rows }, (): number[] => []);
  for (const slot of labelsBySlot(examples, plan, options).keys()) {
    rows[Math.floor(slot / plan.length)].push(slot % plan.length);
  }
  return rows.map((row) => row.sort((a, b) => a - b));
}

/** The numbers of `chosen`, then others below `limit` until there are `count`: distinct, since they are gathered. */
function fillUp(chosen: readonly number[], count: number, limit: number): number[] {
  const taken = new Set(chosen);
  const all = [...chosen];
  for (let i = 0; i < limit && all.length < count; i++) if (!taken.has(i)) all.push(i);
  return all;
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
