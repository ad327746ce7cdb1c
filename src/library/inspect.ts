import { type DensityTable, densityTable } from '../core/density.ts';
import { type Magnitudes, newValueTally } from '../core/valueTally.ts';
import { forEachPart } from '../formats/sftParts.ts';
import { type SftHeader, type SftMetadata } from '../formats/sftFile.ts';
import { withSft } from '../formats/sftReader.ts';

/** What can be said of an SFT file. */
export interface SftInspection {
  readonly file: string;
  readonly metadata: SftMetadata;
  /** Number of sparse entries, the head's not counted. */
  readonly entries: number;
  /** Entries by layer and kind of module; the head's row is the parameters that are stored whole. */
  readonly density: DensityTable;
  /** Of the sparse entries. */
  readonly magnitudes: Magnitudes;
  /** Parameters that are stored whole. */
  readonly head: readonly HeadPart[];
}

export interface HeadPart {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Parameters' shapes by name. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * Looks into an SFT file, one part of a parameter at a time. `shapes` are those of the base model's parameters, which give the
 * densities of a file that does not hold them itself.
 * @throws UserError as `withSft`; what `signal` was aborted with
 */
export async function inspectSft(
  file: string,
  shapes: Shapes = new Map(),
  signal?: AbortSignal,
): Promise<SftInspection> {
  return withSft(file, async (sft) => {
    const tally = newValueTally();
    const sums = new Map<string, number>();
    for (const parameter of sft.counts.keys()) {
      let sum = 0;
      await forEachPart(sft, parameter, signal, ({ values }) => {
        tally.add(values);
        sum += sumOfMagnitudes(values);
      });
      sums.set(parameter, sum);
    }
    for (const parameter of sft.abs.keys())
      sums.set(parameter, sumOfMagnitudes((await sft.readAbs(parameter)).values));
    return {
      file,
      metadata: sft.metadata,
      entries: entriesOf(sft),
      density: densityOf(sft, shapes, sums),
      magnitudes: tally.magnitudes(),
      head: headOf(sft),
    };
  });
}

/** Number of sparse entries. */
export function entriesOf({ counts }: Pick<SftHeader, 'counts'>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

export function headOf({ abs }: Pick<SftHeader, 'abs'>): HeadPart[] {
  return [...abs].map(([name, shape]) => ({ name, shape }));
}

/** Densities by layer and module, from the header; `magnitudes` are sums of |value| by parameter, where they are known. */
export function densityOf(
  { counts, shapes: own, abs }: SftHeader,
  shapes: Shapes,
  magnitudes: ReadonlyMap<string, number> = new Map(),
): DensityTable {
  const sparse = [...counts].map(([name, entries]) => ({
    name,
    entries,
    total: sizeOf(own.get(name) ?? shapes.get(name)),
    magnitude: magnitudes.get(name),
  }));
  // A mask may have had entries of a layer's bias, too: it counts where it has none, as when masks are chosen.
  const biases = [...counts.keys()].flatMap((name) => {
    const shape = own.get(name) ?? shapes.get(name) ?? [];
    const bias = name.replace(/\.weight$/, '.bias');
    const isMatrix = bias !== name && shape.length === 2 && /\b(layer\.\d+|pooler)\./.test(name);
    if (!isMatrix || counts.has(bias) || abs.has(bias)) return [];
    return [{ name: bias, entries: 0, total: shape[0], magnitude: magnitudes.has(name) ? 0 : undefined }];
  });
  const whole = [...abs].map(([name, shape]) => {
    const size = sizeOf(shape) ?? 0;
    return { name, entries: size, total: size, magnitude: magnitudes.get(name) };
  });
  return densityTable([...sparse, ...biases, ...whole]);
}

/** Number of a shape's entries. */
export function sizeOf(shape: readonly number[] | undefined): number | undefined {
  return shape?.reduce((product, n) => product * n, 1);
}

function sumOfMagnitudes(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]);
  return sum;
}
