import { changePart, keyAsFloat } from './keyChunks.ts';
import type { Mask } from './mask.ts';
import { radixSelect } from './radixSelect.ts';
import { arrayPart } from './rankCounts.ts';
import { selectRandomly, type Candidate, type ChosenEntries } from './selection.ts';

/**
 * What a full phase learnt, as far as choosing a mask needs it: |p - p0| of the entries that changed most, and where they are. For a
 * share s of the entries it takes 4 s + 1/8 bytes an entry. A selection of at most `count` entries is the very one that the full phase
 * itself would have given.
 */
export interface KeptChanges {
  /** In the order of the model. */
  readonly parameters: readonly KeptParameter[];
  /** Entries that are kept. */
  readonly count: number;
  /** Entries that have moved at all; those beyond `count` are not known apart. */
  readonly moved: number;
}

/** The changes of one maskable parameter. */
export interface KeptParameter {
  readonly name: string;
  /** Entries of the whole parameter. */
  readonly size: number;
  /** A bit an entry, from the lowest of the first word: whether it is kept. */
  readonly bits: Uint32Array;
  /** |p - p0| of those, in ascending order of their indices. */
  readonly changes: Float32Array;
}

/** The `count` largest changes of a full phase. @param count at least as many as will ever be chosen from them */
export function keepChanges(candidates: readonly Candidate[], count: number): KeptChanges {
  const parts = candidates.map(({ values, originals }) => changePart(values, originals));
  const { count: found, chosen } = radixSelect(parts, count);
  const parameters = candidates.map(({ name, size, values, originals, rows }, i): KeptParameter => {
    const bits = new Uint32Array(Math.ceil(size / 32));
    const changes = new Float32Array(chosen[i].length);
    chosen[i].forEach((at, n) => {
      const flat =
        rows === undefined ? at : rows.indices[Math.floor(at / rows.width)] * rows.width + (at % rows.width);
      bits[flat >>> 5] |= 1 << (flat & 31);
      changes[n] = Math.abs(Math.fround(values[at] - originals[at]));
    });
    return { name, size, bits, changes };
  });
  return { parameters, count: found, moved: countMoved(candidates) };
}

function countMoved(candidates: readonly Candidate[]): number {
  let moved = 0;
  for (const { values, originals } of candidates) {
    for (let i = 0; i < values.length; i++) if (values[i] !== originals[i]) moved++;
  }
  return moved;
}

/** The k entries that changed most, as `selectLottery` would have chosen them; fewer where fewer are kept. */
export function selectKept({ parameters }: Pick<KeptChanges, 'parameters'>, k: number): ChosenEntries {
  const { count, threshold, chosen } = radixSelect(
    parameters.map((parameter) => arrayPart(keysOf(parameter))),
    k,
  );
  const mask = new Map<string, Uint32Array>();
  parameters.forEach(({ name, bits, changes }, i) => {
    const places = placesOf(bits, changes.length);
    mask.set(
      name,
      chosen[i].map((at) => places[at]),
    );
  });
  return { mask, count, threshold: keyAsFloat(threshold) };
}

/** In every parameter, as many random entries as `selectKept` would choose in it. */
export function selectKeptPerTensor(
  kept: Pick<KeptChanges, 'parameters'>,
  k: number,
  seed: number,
): ChosenEntries {
  const { mask, count } = selectKept(kept, k);
  const random: Mask = selectRandomly(
    kept.parameters,
    kept.parameters.map(({ name }) => mask.get(name)?.length ?? 0),
    seed,
  );
  return { mask: random, count, threshold: 0 };
}

/** The changes as keys that sort as they do. */
export function keysOf({ changes }: Pick<KeptParameter, 'changes'>): Uint32Array {
  return new Uint32Array(changes.buffer, changes.byteOffset, changes.length);
}

/** Indices of the bits that are set, ascending. */
function placesOf(bits: Uint32Array, count: number): Uint32Array {
  const places = new Uint32Array(count);
  let at = 0;
  bits.forEach((word, i) => {
    for (let rest = word; rest !== 0; rest &= rest - 1) {
      places[at++] = 32 * i + (31 - Math.clz32(rest & -rest));
    }
  });
  return places;
}
