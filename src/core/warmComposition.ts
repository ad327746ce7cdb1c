import { applySftsInPlace, checkedHead, type CompositionOptions, type Term } from './composition.ts';
import {
  BLOCK_SIZE,
  clear,
  type CompositionRule,
  newBlockSums,
  pairByRule,
  type ScaledEntries,
  WITHIN_BLOCK,
} from './compositionRules.ts';
import type { Parameter, Parameters } from './parameters.ts';
import { partnerValues } from './partnerValues.ts';
import type { Sft } from './sft.ts';
import { forEachBlock } from './sparseBlocks.ts';

/** A base model with SFTs in it, kept up to date as coefficients move. */
export interface WarmComposition {
  /**
   * Makes the parameters those of base + terms, the same bits as `applySfts` gives, whatever was there before. Where only
   * coefficients of some terms differ from before, only the entries of those are written; where there are two terms and one moves,
   * only its entries are read, too.
   * @returns the head, as `applySfts` takes it; it is not put among the parameters
   * @throws UserError as `applySfts`; the parameters then stay as they were
   */
  set(terms: readonly Term[], options?: CompositionOptions): Parameters;
  /**
   * Looks up ahead what a move of either of two terms needs, so that its first move is as fast as the next ones: 4 bytes an entry.
   * The weights stay as they are.
   */
  prepare(): void;
  /** A copy of a parameter as the base has it; undefined where it has none of this name. */
  original(name: string): Parameter | undefined;
}

/** p0 at an SFT's entries, by parameter: 4 bytes an entry. */
type Originals = ReadonlyMap<string, Float32Array>;

/** Of two terms, what the other one has at the entries of one, by parameter. */
type Partners = ReadonlyMap<string, Float32Array>;

/** Keeps SFTs in the arrays of `parameters`, which are p0 now and belong to it from now on; nothing is copied. */
export function newWarmComposition(parameters: ReadonlyMap<string, Parameter>): WarmComposition {
  const kept = new Map<Sft, Originals>();
  let current: readonly Term[] = [];
  let rule = newBlockSums('sum');
  let ruleName: CompositionRule = 'sum';
  const partners = new Map<Sft, Partners>();

  function recompute(terms: readonly Term[], changed: readonly Sft[]): void {
    for (const [name, { values }] of parameters) {
      const writers = changed.flatMap((sft) => entriesOf(kept, sft, name));
      if (writers.length > 0) writeEntries(values, partsOf(terms, name), writers, rule);
    }
  }

  function partnersFor(moving: Sft, partner: Sft): Partners {
    const found = partners.get(moving) ?? partnersOf(moving, partner);
    partners.set(moving, found);
    return found;
  }

  /** One of two terms has moved: its entries alone are gone through. */
  function move(terms: readonly Term[], at: number): void {
    const [{ sft: moving, coefficient }, partner] = [terms[at], terms[1 - at]];
    const [own, others] = [kept.get(moving), partnersFor(moving, partner.sft)];
    for (const [name, { indices, values: diffs }] of moving.diffs) {
      const values = parameters.get(name)?.values;
      const originals = own?.get(name);
      if (values === undefined || originals === undefined) continue;
      const part = { indices, values: diffs, coefficient };
      const found = others.get(name);
      if (found === undefined) writeOne(values, part, originals);
      else
        writeBeside(values, part, originals, {
          found,
          coefficient: partner.coefficient,
          rule: ruleName,
          isFirst: at === 1,
        });
    }
  }

  return {
    set(terms, options = {}) {
      const head = checkedHead(parameters, terms, options);
      const wanted = options.rule ?? 'sum';
      const known = terms.every(({ sft }) => kept.has(sft));
      const alike = wanted === ruleName && sameSfts(current, terms);
      if (known && alike) {
        const moved = terms.filter(({ coefficient }, i) => !Object.is(coefficient, current[i].coefficient));
        current = terms;
        const at = terms.indexOf(moved[0]);
        if (moved.length === 1 && areTwo(terms)) move(terms, at);
        else recompute(terms, unique(moved));
        return head;
      }
      // p0 everywhere, and then from there.
      partners.clear();
      recompute([], unique(current));
      for (const sft of kept.keys()) if (!terms.some((term) => term.sft === sft)) kept.delete(sft);
      for (const { sft } of terms) if (!kept.has(sft)) kept.set(sft, gather(parameters, sft));
      if (wanted !== ruleName) rule = newBlockSums(wanted);
      ruleName = wanted;
      current = terms;
      applySftsInPlace(new Map(parameters), terms, { ...options, headFrom: 'none' });
      return head;
    },
    prepare() {
      if (!areTwo(current)) return;
      for (const [i, { sft }] of current.entries()) partnersFor(sft, current[1 - i].sft);
    },
    original(name) {
      const parameter = parameters.get(name);
      if (parameter === undefined) return undefined;
      const values = parameter.values.slice();
      for (const { sft } of current)
        for (const { indices, originals } of entriesOf(kept, sft, name)) scatter(values, indices, originals);
      return { shape: parameter.shape, values };
    },
  };
}

/** Entries whose p0 is known. */
interface KeptEntries {
  readonly indices: Uint32Array;
  readonly originals: Float32Array;
}

function entriesOf(kept: ReadonlyMap<Sft, Originals>, sft: Sft, name: string): KeptEntries[] {
  const indices = sft.diffs.get(name)?.indices;
  const originals = kept.get(sft)?.get(name);
  return indices === undefined || originals === undefined ? [] : [{ indices, originals }];
}

function partsOf(terms: readonly Term[], name: string): ScaledEntries[] {
  return terms.flatMap(({ sft, coefficient }) => {
    const diff = sft.diffs.get(name);
    return diff === undefined || diff.indices.length === 0 ? [] : [{ ...diff, coefficient }];
  });
}

/** values[i] = f32(p0[i] + what the rule makes of the parts), at the entries of the writers alone. */
function writeEntries(
  values: Float32Array,
  parts: readonly ScaledEntries[],
  writers: readonly KeptEntries[],
  { sums, add }: ReturnType<typeof newBlockSums>,
): void {
  const [part] = parts;
  if (parts.length === 1 && writers.length === 1 && part.indices === writers[0].indices) {
    writeOne(values, part, writers[0].originals);
    return;
  }
  const lists = [...parts, ...writers].map(({ indices }) => indices);
  const first = parts.length;
  forEachBlock(lists, BLOCK_SIZE, (_, from, to) => {
    if (!writers.some((__, w) => from[first + w] < to[first + w])) return;
    add(parts, from, to);
    for (const [w, writer] of writers.entries()) write(values, sums, writer, from[first + w], to[first + w]);
    for (let t = 0; t < first; t++) clear(sums, parts[t].indices, from[t], to[t]);
  });
}

function writeOne(values: Float32Array, part: ScaledEntries, originals: Float32Array): void {
  const { indices, values: diffs, coefficient } = part;
  for (let k = 0; k < indices.length; k++) values[indices[k]] = originals[k] + coefficient * diffs[k];
}

/** What another SFT has at the entries: NaN where nothing. */
interface Beside {
  readonly found: Float32Array;
  readonly coefficient: number;
  readonly rule: CompositionRule;
  /** Whether it is the first of the two. */
  readonly isFirst: boolean;
}

/** The same where another SFT may have some of the entries. */
function writeBeside(
  values: Float32Array,
  { indices, values: diffs, coefficient }: ScaledEntries,
  originals: Float32Array,
  { found, coefficient: scale, rule, isFirst }: Beside,
): void {
  for (let k = 0; k < indices.length; k++) {
    const own = coefficient * diffs[k];
    const other = scale * found[k];
    // NaN is not equal to itself. One function for all rules: the loop stays as it was compiled when the rule changes.
    const sum = other !== other ? own : isFirst ? pairByRule(rule, other, own) : pairByRule(rule, own, other);
    values[indices[k]] = originals[k] + sum;
  }
}

/** By parameter, where both have entries. */
function partnersOf(moving: Sft, partner: Sft): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>();
  for (const [name, diff] of moving.diffs) {
    const other = partner.diffs.get(name);
    if (other !== undefined && other.indices.length > 0) found.set(name, partnerValues(diff, other));
  }
  return found;
}

function write(
  values: Float32Array,
  sums: Float64Array,
  { indices, originals }: KeptEntries,
  from: number,
  to: number,
): void {
  for (let k = from; k < to; k++) {
    const i = indices[k];
    values[i] = originals[k] + sums[i & WITHIN_BLOCK];
  }
}

function gather(parameters: Parameters, { diffs }: Sft): Originals {
  const originals = new Map<string, Float32Array>();
  for (const [name, { indices }] of diffs) {
    const values = parameters.get(name)?.values;
    if (values === undefined || indices.length === 0) continue;
    const found = new Float32Array(indices.length);
    for (let k = 0; k < indices.length; k++) found[k] = values[indices[k]];
    originals.set(name, found);
  }
  return originals;
}

function scatter(values: Float32Array, indices: Uint32Array, from: Float32Array): void {
  for (let k = 0; k < indices.length; k++) values[indices[k]] = from[k];
}

/** Whether there are two SFTs, not one twice. */
function areTwo(terms: readonly Term[]): boolean {
  return terms.length === 2 && terms[0].sft !== terms[1].sft;
}

function sameSfts(before: readonly Term[], now: readonly Term[]): boolean {
  return before.length === now.length && now.every(({ sft }, i) => sft === before[i].sft);
}

function unique(terms: readonly Term[]): Sft[] {
  return [...new Set(terms.map(({ sft }) => sft))];
}
