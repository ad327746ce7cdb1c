import { encoderName, isMlmHead } from './canonicalNames.ts';
import {
  BLOCK_SIZE,
  type BlockSums,
  clear,
  type CompositionRule,
  newBlockSums,
  type ScaledEntries,
  WITHIN_BLOCK,
} from './compositionRules.ts';
import { userError } from './errors/userError.ts';
import type { Parameter, Parameters } from './parameters.ts';
import type { Sft, SparseDiff } from './sft.ts';
import { forEachBlock } from './sparseBlocks.ts';

/** One summand of a composition: `coefficient` scales the differences, never the head. */
export interface Term {
  readonly sft: Sft;
  readonly coefficient: number;
  /** What messages call it: a file's name. */
  readonly name?: string;
}

export interface CompositionOptions {
  /** Number of the term whose head is used, or 'none'. Needed only if several have one. */
  readonly headFrom?: number | 'none' | undefined;
  /** How entries of several SFTs are put together; `sum` unless given. */
  readonly rule?: CompositionRule | undefined;
}

/**
 * The composed model: p0 + sum of c_i * diff_i, summed in double in the order of the terms and rounded once to f32,
 * and the head of one term (paper, section 3.3). `base` is left as it is; what no term touches shares its arrays.
 * New parameters of the head come last. Other rules than the sum: `compositionRules`.
 *
 * The head: if one term alone has a head, it is taken. A head for masked-language modelling (what a language
 * SFT carries) gives way to a task's. Otherwise `headFrom` must say whose.
 * @throws UserError if a term does not fit the base (`sft-parameter-unknown`, `sft-out-of-range`, `sft-shape`),
 *   `sft-two-heads`, `sft-no-head`, `sft-head-number`, `sft-coefficient`
 */
export function applySfts(
  base: Parameters,
  terms: readonly Term[],
  options: CompositionOptions = {},
): Map<string, Parameter> {
  const head = checkedHead(base, terms, options);
  const result = new Map(base);
  const block = newBlockSums(options.rule ?? 'sum');
  for (const [name, parts] of partsByParameter(terms)) {
    const { shape, values } = parameterOf(base, name);
    const sum = values.slice();
    addParts(sum, parts, block);
    result.set(name, { shape, values: sum });
  }
  for (const [name, parameter] of head) result.set(name, parameter);
  return result;
}

/**
 * The same within the arrays of `parameters`, for a base that is kept in memory: nothing is copied. To get the base
 * back afterwards, call `saveTouched` before.
 */
export function applySftsInPlace(
  parameters: Map<string, Parameter>,
  terms: readonly Term[],
  options: CompositionOptions = {},
): void {
  const head = checkedHead(parameters, terms, options);
  const block = newBlockSums(options.rule ?? 'sum');
  for (const [name, parts] of partsByParameter(terms))
    addParts(parameterOf(parameters, name).values, parts, block);
  for (const [name, parameter] of head) parameters.set(name, parameter);
}

/**
 * Keeps what `applySftsInPlace` would change (4 bytes an entry). The function that it returns puts exactly that back; it may be
 * called again and again, for example between two sets of coefficients.
 * @throws UserError as `applySfts`, if a term does not fit
 */
export function saveTouched(parameters: Map<string, Parameter>, terms: readonly Term[]): () => void {
  for (const [i, term] of terms.entries()) checkSftFits(parameters, term.sft, termName(term, i));
  const restore: (() => void)[] = [];
  for (const [name, parts] of partsByParameter(terms)) {
    const { values } = parameterOf(parameters, name);
    for (const { indices } of parts) {
      const former = gather(values, indices);
      restore.push(() => scatter(values, indices, former));
    }
  }
  for (const name of terms.flatMap(({ sft }) => [...sft.abs.keys()])) {
    const former = parameters.get(name);
    restore.push(() => (former === undefined ? parameters.delete(name) : parameters.set(name, former)));
  }
  return () => {
    for (const step of restore) step();
  };
}

/**
 * One SFT that equals the sum (or what another rule makes): each entry is the sum of c_i * diff_i in double, rounded once to
 * f32. An entry whose sum rounds to zero is left out, since adding it would change nothing. The head is chosen as in `applySfts`.
 *
 * Applying it is not bit for bit the same as applying the terms at once: the sum is rounded to f32 before it is
 * added to p0, which may differ in the last place. With one term and coefficient 1 there is no difference.
 * @throws UserError `sft-shape` if terms know different shapes of a parameter, `sft-two-heads`, `sft-no-head`,
 *   `sft-coefficient`
 */
export function composeSfts(terms: readonly Term[], options: CompositionOptions = {}): Sft {
  terms.forEach(checkCoefficient);
  const diffs = new Map<string, SparseDiff>();
  const block = newBlockSums(options.rule ?? 'sum');
  for (const [name, parts] of partsByParameter(terms)) {
    const { shape } = parts.find((part) => part.shape !== undefined) ?? parts[0];
    for (const part of parts) {
      if (part.shape !== undefined && shape !== undefined) checkShape(name, part.shape, shape, part.sft);
    }
    diffs.set(name, sumParts(parts, shape, block));
  }
  const head = pickHead(terms, options);
  return { diffs, abs: new Map(head?.sft.abs) };
}

/**
 * Whether an SFT can be added to this base at all: each of its parameters exists and all of its indices lie within it;
 * encoder parameters among its dense ones have the base's shape. (A fingerprint says whether it belongs to it.)
 * @throws UserError `sft-parameter-unknown`, `sft-out-of-range`, `sft-shape`
 */
function checkSftFits(base: Parameters, sft: Sft, name = 'The SFT'): void {
  for (const [parameter, { indices, shape }] of sft.diffs) {
    const target = base.get(parameter);
    if (target === undefined) {
      if (indices.length === 0) continue; // the reference stores empty entries too
      throw userError('sft-parameter-unknown', { parameter, sft: name });
    }
    const size = target.values.length;
    const index = indices.length > 0 ? indices[indices.length - 1] : 0;
    if (indices.length > 0 && index >= size) {
      throw userError('sft-out-of-range', { parameter, sft: name, index, size });
    }
    if (shape !== undefined) checkShape(parameter, shape, target.shape, name);
  }
  for (const [parameter, { shape }] of sft.abs) {
    const target = base.get(parameter);
    const isEncoder = encoderName(parameter) !== undefined;
    if (target !== undefined && isEncoder) checkShape(parameter, shape, target.shape, name);
  }
}

/**
 * The term whose head is used, or undefined if none has one (see `applySfts`).
 * @throws UserError `sft-two-heads`, `sft-no-head`, `sft-head-number`
 */
export function pickHead<T extends Term>(terms: readonly T[], options: CompositionOptions): T | undefined {
  const { headFrom } = options;
  if (headFrom === 'none') return undefined;
  if (headFrom !== undefined) {
    const term = headFrom in terms ? terms[headFrom] : undefined;
    if (term === undefined) throw userError('sft-head-number', { head: headFrom + 1, sfts: terms.length });
    if (term.sft.abs.size > 0) return term;
    throw userError('sft-no-head', { sft: termName(term, headFrom) });
  }
  const withHead = terms.filter(({ sft }) => sft.abs.size > 0);
  const withTaskHead = withHead.filter(({ sft }) => [...sft.abs.keys()].some((name) => !isMlmHead(name)));
  const candidates = withTaskHead.length > 0 ? withTaskHead : withHead;
  if (candidates.length > 1) {
    throw userError('sft-two-heads', { sfts: candidates.map((term) => termName(term, terms.indexOf(term))) });
  }
  return candidates[0];
}

/** The entries that one term has of one parameter. */
interface Part extends ScaledEntries {
  readonly sft: string;
  readonly shape: readonly number[] | undefined;
}

export function checkedHead(
  base: Parameters,
  terms: readonly Term[],
  options: CompositionOptions,
): Parameters {
  terms.forEach((term, i) => {
    checkCoefficient(term, i);
    checkSftFits(base, term.sft, termName(term, i));
  });
  return pickHead(terms, options)?.sft.abs ?? new Map();
}

function checkCoefficient(term: Term, i: number): void {
  const { coefficient } = term;
  if (!Number.isFinite(coefficient))
    throw userError('sft-coefficient', { sft: termName(term, i), coefficient });
}

function termName(term: Term, i: number): string {
  return term.name ?? `SFT ${i + 1}`;
}

function checkShape(
  parameter: string,
  found: readonly number[],
  wanted: readonly number[],
  sft: string,
): void {
  if (found.length === wanted.length && found.every((n, i) => n === wanted[i])) return;
  throw userError('sft-shape', { parameter, sft, found, wanted });
}

/** The terms' entries by parameter, those without any left out. */
function partsByParameter(terms: readonly Term[]): Map<string, Part[]> {
  const byName = new Map<string, Part[]>();
  for (const [i, term] of terms.entries()) {
    const { sft, coefficient } = term;
    for (const [name, { indices, values, shape }] of sft.diffs) {
      if (indices.length === 0) continue;
      const parts = byName.get(name);
      const part = { sft: termName(term, i), indices, values, coefficient, shape };
      if (parts === undefined) byName.set(name, [part]);
      else parts.push(part);
    }
  }
  return byName;
}

function parameterOf(base: Parameters, name: string): Parameter {
  const parameter = base.get(name);
  if (parameter === undefined) throw new Error(`no parameter ${name}`);
  return parameter;
}

/** target[i] = f32(target[i] + sum of c_t * diff_t[i]), or what the rule of `block` adds. */
function addParts(target: Float32Array, parts: readonly Part[], { sums, add }: BlockSums): void {
  if (parts.length === 1) {
    addOne(target, parts[0]); // which is what every rule makes of it
    return;
  }
  forEachBlock(listsOf(parts), BLOCK_SIZE, (_, from, to) => {
    add(parts, from, to);
    for (let t = 0; t < parts.length; t++) moveSums(sums, target, parts[t].indices, from[t], to[t]);
  });
}

function addOne(target: Float32Array, { indices, values, coefficient }: Part): void {
  for (let k = 0; k < indices.length; k++) target[indices[k]] += coefficient * values[k];
}

/** Adds the sums at these indices to `target`, and clears them, so that an entry of several parts is added once. */
function moveSums(
  sums: Float64Array,
  target: Float32Array,
  indices: Uint32Array,
  from: number,
  to: number,
): void {
  for (let k = from; k < to; k++) {
    const i = indices[k];
    target[i] += sums[i & WITHIN_BLOCK];
    sums[i & WITHIN_BLOCK] = -0;
  }
}

/** The union of the parts' entries with their sums, without those that are zero. */
function sumParts(
  parts: readonly Part[],
  shape: readonly number[] | undefined,
  { sums, add }: BlockSums,
): SparseDiff {
  const most = parts.reduce((sum, { indices }) => sum + indices.length, 0);
  const indices = new Uint32Array(most);
  const values = new Float32Array(most);
  let count = 0;
  forEachBlock(listsOf(parts), BLOCK_SIZE, (start, from, to) => {
    add(parts, from, to);
    count = collect(sums, start, indices, values, count);
    for (let t = 0; t < parts.length; t++) clear(sums, parts[t].indices, from[t], to[t]);
  });
  const entries = { indices: indices.slice(0, count), values: values.slice(0, count) };
  return shape === undefined ? entries : { ...entries, shape };
}

/** Appends the sums of a block that do not round to zero, and returns the new count. */
function collect(
  sums: Float64Array,
  start: number,
  indices: Uint32Array,
  values: Float32Array,
  count: number,
): number {
  for (let i = 0; i < sums.length; i++) {
    if (sums[i] === 0) continue;
    values[count] = sums[i];
    indices[count] = start + i;
    if (values[count] !== 0) count++;
  }
  return count;
}

function listsOf(parts: readonly Part[]): Uint32Array[] {
  return parts.map(({ indices }) => indices);
}

function gather(values: Float32Array, indices: Uint32Array): Float32Array {
  const gathered = new Float32Array(indices.length);
  for (let k = 0; k < indices.length; k++) gathered[k] = values[indices[k]];
  return gathered;
}

function scatter(values: Float32Array, indices: Uint32Array, gathered: Float32Array): void {
  for (let k = 0; k < indices.length; k++) values[indices[k]] = gathered[k];
}
