import { basename } from 'node:path';
import { encoderName } from '../core/canonicalNames.ts';
import { type UserError, userError } from '../core/errors/userError.ts';
import { type InterferenceTable, interferenceTable, type PairTally } from '../core/interference.ts';
import { newPairCounter, pairsOf } from '../core/pairs.ts';
import { streamEntries } from '../formats/sftParts.ts';
import { type OpenSft, withSft } from '../formats/sftReader.ts';
import { sizeOf } from './inspect.ts';
import { checkBase, commonBase } from './terms.ts';

export interface CompareOptions {
  /** Compare SFTs of different base models all the same. */
  readonly force?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How each pair of SFT files meets. */
export interface Comparison {
  readonly pairs: readonly ComparedPair[];
  readonly warnings: readonly UserError[];
}

export interface ComparedPair {
  /** Numbers of the files. */
  readonly a: number;
  readonly b: number;
  readonly table: InterferenceTable;
}

/** Positions of a parameter that are read together, of all files. */
const windowSize = 2 ** 18;
/** Indices lie below this. */
const indexEnd = 2 ** 32;

/**
 * Compares SFT files pairwise, heads left out: overlap against chance, signs, cosine and energy, by layer and module. All files are
 * open at once, and of each a few megabytes are in memory.
 * @throws UserError `sft-other-base` unless `force`, `sft-shape`, and those of `withSft`; what `signal` was aborted with
 */
export async function compareSfts(
  files: readonly string[],
  { force, signal }: CompareOptions = {},
): Promise<Comparison> {
  return withSfts(files, async (sfts) => {
    const terms = sfts.map(({ file, metadata }) => ({ file, name: basename(file), metadata }));
    const base = commonBase(terms);
    const warnings = [
      ...(base === undefined ? [] : checkBase(terms, base, force)),
      ...sfts
        .filter(({ counts }) => [...counts.values()].every((count) => count === 0))
        .map(({ file }) => userError('sft-empty-compared', undefined, { file })),
    ];
    const tallies = pairsOf(files.length).map((): PairTally[] => []);
    for (const parameter of sharedParameters(sfts)) {
      const found = await compareParameter(sfts, parameter, signal);
      found.forEach((tally, p) => {
        // What only other SFTs have is no matter of this pair.
        if (tally.a.entries + tally.b.entries > 0) tallies[p].push(tally);
      });
    }
    const pairs = pairsOf(files.length).map(([a, b], p) => ({
      a,
      b,
      table: interferenceTable(tallies[p], maskable(sfts[a], sfts[b])),
    }));
    return { pairs, warnings };
  });
}

/** How many entries could have been chosen, as far as the two files say it: one without entries in a tensor leaves it out. */
function maskable(a: OpenSft, b: OpenSft): number | undefined {
  const told = [a, b].flatMap(({ metadata: { k, density } }) =>
    k !== undefined && density !== undefined && density > 0 ? [Math.round(k / density)] : [],
  );
  return told.length === 0 ? undefined : Math.max(...told);
}

/** A parameter under the name that each file gives it; models with another prefix name it otherwise. */
interface SharedParameter {
  readonly name: string;
  /** null where a file has no entries of it. */
  readonly names: readonly (string | null)[];
}

function sharedParameters(sfts: readonly OpenSft[]): SharedParameter[] {
  const found = new Map<string, (string | null)[]>();
  sfts.forEach(({ counts }, s) => {
    for (const name of counts.keys()) {
      const key = encoderName(name) ?? name;
      const names = found.get(key) ?? sfts.map(() => null);
      names[s] = name;
      found.set(key, names);
    }
  });
  return [...found].map(([name, names]) => ({ name, names }));
}

async function compareParameter(
  sfts: readonly OpenSft[],
  { name, names }: SharedParameter,
  signal: AbortSignal | undefined,
): Promise<PairTally[]> {
  const total = commonSize(sfts, names);
  // An index that lies outside is found by the reader, where the file says the shape.
  const says = names.every((own, s) => own === null || sfts[s].shapes.has(own));
  const end = says ? (total ?? indexEnd) : indexEnd;
  const streams = names.map((own, s) => streamEntries(sfts[s], own ?? ''));
  const counter = newPairCounter(sfts.length);
  for (let start = 0; start < end && streams.some((stream) => !stream.isAtEnd()); start += windowSize) {
    signal?.throwIfAborted();
    const to = Math.min(end, start + windowSize);
    const parts = [];
    for (const stream of streams) parts.push(await stream.below(to));
    counter.add(start, to, parts);
  }
  const [extents, overlaps] = [counter.extents(), counter.overlaps()];
  return pairsOf(sfts.length).map(([a, b], p) => ({
    name,
    total,
    a: extents[a],
    b: extents[b],
    overlap: overlaps[p],
  }));
}

/** Number of a parameter's entries as the files say it. @throws UserError `sft-shape` where they do not agree */
function commonSize(sfts: readonly OpenSft[], names: SharedParameter['names']): number | undefined {
  let wanted: readonly number[] | undefined;
  names.forEach((name, s) => {
    const found = name === null ? undefined : sfts[s].shapes.get(name);
    if (name === null || found === undefined) return;
    wanted ??= found;
    if (String(found) === String(wanted)) return;
    const { file } = sfts[s];
    throw userError('sft-shape', { parameter: name, sft: basename(file), found, wanted }, { file });
  });
  return sizeOf(wanted);
}

/** Opens several SFT files at once. */
async function withSfts<T>(
  files: readonly string[],
  use: (sfts: readonly OpenSft[]) => Promise<T>,
  opened: readonly OpenSft[] = [],
): Promise<T> {
  const [file, ...rest] = files;
  if (file === undefined) return use(opened);
  return withSft(file, async (sft) => withSfts(rest, use, [...opened, sft]));
}
