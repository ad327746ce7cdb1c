import { type DensityTable, densityTable, type ParameterTally } from '../core/density.ts';
import { type Magnitudes, magnitudes } from '../core/magnitudes.ts';
import type { Sft } from '../core/sft.ts';
import { readSft, type SftMetadata } from '../formats/sftFile.ts';

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
  readonly head: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/**
 * Looks into an SFT file. `shapes` are those of the base model's parameters, which give the densities of a file that does
 * not hold them itself.
 * @throws UserError as `readSft`
 */
export async function inspectSft(
  file: string,
  shapes: ReadonlyMap<string, readonly number[]> = new Map(),
): Promise<SftInspection> {
  const { sft, metadata } = await readSft(file);
  return {
    file,
    metadata,
    entries: [...sft.diffs.values()].reduce((sum, { indices }) => sum + indices.length, 0),
    density: densityTable(tallies(sft, shapes)),
    magnitudes: magnitudes([...sft.diffs.values()].map(({ values }) => values)),
    head: [...sft.abs].map(([name, { shape }]) => ({ name, shape })),
  };
}

function tallies(sft: Sft, shapes: ReadonlyMap<string, readonly number[]>): ParameterTally[] {
  const sparse = [...sft.diffs].map(([name, { values, shape }]) => ({
    name,
    entries: values.length,
    total: (shape ?? shapes.get(name))?.reduce((product, n) => product * n, 1),
    magnitude: sumOfMagnitudes(values),
  }));
  const whole = [...sft.abs].map(([name, { values }]) => ({
    name,
    entries: values.length,
    total: values.length,
    magnitude: sumOfMagnitudes(values),
  }));
  return [...sparse, ...whole];
}

function sumOfMagnitudes(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]);
  return sum;
}
