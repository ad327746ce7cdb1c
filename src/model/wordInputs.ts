import type { InputSpec } from '../engine/program.ts';

/** Candidates with which a program is traced; their number is free when it runs. */
export const EXAMPLE_CANDIDATES = 7;

/**
 * What a head that reads words takes beside the batch, for C candidates (`data/wordLayout.ts`): `firstPieces` [C, positions] has a 1
 * at the first piece of each root, `wordMeans` [C, positions] what each piece adds to its word's mean, `isRoot` [C, 1].
 */
export function wordInputs(positions: number): InputSpec[] {
  const shape = [EXAMPLE_CANDIDATES, positions];
  return [
    { name: 'firstPieces', shape, type: 'float32', varies: [0, 1] },
    { name: 'wordMeans', shape, type: 'float32', varies: [0, 1] },
    { name: 'isRoot', shape: [EXAMPLE_CANDIDATES, 1], type: 'float32', varies: [0] },
  ];
}
